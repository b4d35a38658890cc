import { memo, type MouseEvent } from 'react'
import { cellName } from '../../../orchestrations/contracts/board.ts'
import { cellAt, drawCells, drawSign, type Drawing } from '../model/cells.ts'
import { cellOrder, roleOf, type SignName, troubleNames } from '../model/vocabulary.ts'
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
      <Strokes drawing={drawing} plain={scale < 0.5} />
    </svg>
  )
})

/** `plain`: too small for the quiet tiles behind a sign; what needs somebody keeps its own. */
function Strokes({ drawing, plain = false }: { drawing: Drawing; plain?: boolean }) {
  return drawing.strokes.flatMap(({ name, tile, line, body }) => {
    const state = `state-${name} role-${roleOf[name]}`
    const parts = [<path key={`${name} line`} className={`line ${state}`} d={line} />]
    if (body !== undefined) parts.unshift(<path key={`${name} body`} className={`body ${state}`} d={body} />)
    if (!plain || loud.has(name)) {
      parts.unshift(<path key={`${name} tile`} className={`tile ${state}`} d={tile} />)
    }
    return parts
  })
}

const loud: ReadonlySet<SignName> = new Set(troubleNames)

/** "4 done, 1 needs an operator, 5 waiting": the drawing in words. */
export function cellsText(cells: string, t: Texts): string {
  const counts = countsOf(cells)
  return cellOrder
    .filter((name) => counts[name] > 0)
    .map((name) => t.counted(counts[name], t.states[name]))
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
