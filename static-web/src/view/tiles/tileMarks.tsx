import { useLayoutEffect, useRef } from 'react'
import { cellName } from '../../../../orchestrations/contracts/board.ts'
import type { TileBox, TileLayout } from '../../model/tileLayout.ts'
import { cellsText } from '../cells.tsx'
import { useReader } from '../context.tsx'

/** What is pointed at: a tile, and one of its servers if it is one of their signs. */
export interface Pointed {
  readonly place: number
  readonly server: number | undefined
}

interface TileMarksProps {
  readonly layout: TileLayout
  readonly focused: number | undefined
  readonly pointed: Pointed | undefined
  readonly selected: string | undefined
}

const tipWidth = 240

/** Above the pictures, so that pointing and focusing paint no tile again: frames, and the name of what is meant. */
export function TileMarks({ layout, focused, pointed, selected }: TileMarksProps) {
  const focus = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    focus.current?.scrollIntoView({ block: 'nearest' })
  }, [focused])
  const open = layout.tiles.find(({ line }) => line.row.clientId === selected)
  const meant = pointed ?? (focused === undefined ? undefined : { place: focused, server: undefined })
  const tile = meant && layout.tiles[meant.place]
  const target = focused === undefined ? undefined : layout.tiles[focused]
  return (
    <>
      {open && <div className="tile-mark tile-open" style={placed(open)} />}
      {target && <div ref={focus} className="tile-mark tile-focus" style={placed(target)} />}
      {tile && <Tip layout={layout} tile={tile} server={meant.server} />}
    </>
  )
}

function Tip({ layout, tile, server }: { layout: TileLayout; tile: TileBox; server: number | undefined }) {
  const { t } = useReader()
  const { row, sign } = tile.line
  const letter = server === undefined ? undefined : row.cells[server]
  const left = Math.max(0, Math.min(tile.x, layout.width - tipWidth))
  return (
    <div
      className="tile-tip"
      aria-hidden="true"
      style={{ left, top: tile.y + tile.height + 4, width: tipWidth }}
    >
      <strong>{row.name}</strong>
      <span>{`${t.ring} ${row.ring} ${t.ringNames[row.ring] ?? ''} · ${t.states[sign]}`}</span>
      <span>{cellsText(row.cells, t)}</span>
      {server !== undefined && letter !== undefined && (
        <span>{t.serverNumber(server + 1, t.states[cellName(letter)])}</span>
      )}
    </div>
  )
}

const placed = ({ x, y, width, height }: TileBox) => ({ left: x, top: y, width, height })
