import { memo, type MouseEvent } from 'react'
import { cellName } from '../../../orchestrations/contracts/board.ts'
import { cellAt, drawCells, drawSign, type Drawing, pitch } from '../model/cells.ts'
import { cellOrder, roleOf, type SignName } from '../model/vocabulary.ts'
import { countsOf } from '../model/rows.ts'
import type { Texts } from '../texts/index.ts'
import { useReader } from './context.tsx'

/** One sign with its word for those who can't see it. */
export const Sign = memo(function Sign({ name, label }: { name: SignName; label?: string }) {
  return (
    <svg
      className="sign"
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <Strokes drawing={drawSign(name)} />
    </svg>
  )
})

interface CellsProps {
  readonly cells: string
  readonly columns: number
  readonly scale?: number
  readonly onCell?: (index: number) => void
}

/** All servers of a client as one small drawing: an element per state, not per server. */
export const Cells = memo(function Cells({ cells, columns, scale = 1, onCell }: CellsProps) {
  const { t } = useReader()
  const drawing = drawCells(cells, columns)
  const indexOf = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const ratio = drawing.width / box.width
    const [x, y] = [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio]
    return cellAt(x, y, columns, cells.length)
  }
  const choose = (event: MouseEvent<SVGSVGElement>) => {
    const index = indexOf(event)
    if (index === undefined || !onCell) return
    event.stopPropagation()
    onCell(index)
  }
  const tell = (event: MouseEvent<SVGSVGElement>) => {
    const index = indexOf(event)
    const letter = index === undefined ? undefined : cells[index]
    if (index === undefined || letter === undefined) return
    const title = event.currentTarget.querySelector('title')
    if (title) title.textContent = t.serverNumber(index + 1, t.states[cellName(letter)])
  }
  return (
    <svg
      className="cells"
      role="img"
      aria-label={cellsText(cells, t)}
      width={drawing.width * scale}
      height={drawing.height * scale}
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      onClick={choose}
      onMouseMove={tell}
    >
      <title />
      <Strokes drawing={drawing} />
    </svg>
  )
})

function Strokes({ drawing }: { drawing: Drawing }) {
  return drawing.strokes.map(({ name, tile, line, body }) => (
    <g key={name} className={`state state-${name} role-${roleOf[name]}`}>
      <path className="tile" d={tile} />
      {body !== undefined && <path className="body" d={body} />}
      <path className="line" d={line} />
    </g>
  ))
}

/** "4 done, 1 needs an operator, 5 waiting": the drawing in words. */
export function cellsText(cells: string, t: Texts): string {
  const counts = countsOf(cells)
  return cellOrder
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${t.states[name]}`)
    .join(', ')
}

/** Past 60 servers a row shows counts. */
export function CellCounts({ cells }: { cells: string }) {
  const { t } = useReader()
  const counts = countsOf(cells)
  return (
    <span className="cell-counts">
      {cellOrder
        .filter((name) => counts[name] > 0)
        .map((name) => (
          <span key={name}>
            <Sign name={name} label={t.states[name]} /> {counts[name]}
          </span>
        ))}
    </span>
  )
}

export const cellPitch = pitch
