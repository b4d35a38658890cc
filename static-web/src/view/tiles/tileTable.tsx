import { memo, type RefObject } from 'react'
import { type TileBox, type TileLayout } from '../../model/tileLayout.ts'
import { cellsText } from '../cells.tsx'
import { useReader } from '../context.tsx'

interface TileTableProps {
  readonly layout: TileLayout
  /** The place that the Tab key comes to. */
  readonly active: number
  readonly selected: string | undefined
  readonly table: RefObject<HTMLDivElement | null>
}

/** So many rows stand in the document at once, around the active one. */
const mostRows = 300

/** The tiles as a table for who can't see them; it holds the focus that is drawn around a tile. */
export const TileTable = memo(function TileTable({ layout, active, selected, table }: TileTableProps) {
  const { t } = useReader()
  const { tiles } = layout
  const first = Math.max(0, Math.min(active - mostRows / 2, tiles.length - mostRows))
  return (
    <div
      ref={table}
      role="grid"
      className="hidden tile-table"
      aria-label={t.client}
      aria-readonly="true"
      aria-rowcount={tiles.length + 1}
    >
      <div role="row" aria-rowindex={1}>
        <span role="columnheader">{t.client}</span>
        <span role="columnheader">{t.ring}</span>
        <span role="columnheader">{t.now}</span>
        <span role="columnheader">{t.servers}</span>
      </div>
      {tiles.slice(first, first + mostRows).map((tile, index) => (
        <TileRow
          key={tile.line.row.clientId}
          line={tile.line}
          place={first + index}
          isActive={first + index === active}
          isOpen={tile.line.row.clientId === selected}
        />
      ))}
    </div>
  )
})

interface TileRowProps {
  readonly line: TileBox['line']
  readonly place: number
  readonly isActive: boolean
  readonly isOpen: boolean
}

const TileRow = memo(function TileRow({ line, place, isActive, isOpen }: TileRowProps) {
  const { t } = useReader()
  const { row, sign } = line
  return (
    <div role="row" aria-rowindex={place + 2}>
      <span role="gridcell" tabIndex={isActive ? 0 : -1} data-place={place} aria-selected={isOpen}>
        {row.name}
      </span>
      <span role="gridcell">{`${row.ring} ${t.ringNames[row.ring] ?? ''}`}</span>
      <span role="gridcell">{t.states[sign]}</span>
      <span role="gridcell">{cellsText(row.cells, t)}</span>
    </div>
  )
})
