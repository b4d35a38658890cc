import { memo } from 'react'
import type { Line } from '../model/rows.ts'
import { CellCounts, Cells, Sign } from './cells.tsx'
import { mostCells } from './clientLine.tsx'
import { NothingFound } from './clientList.tsx'
import { useReader } from './context.tsx'
import { useAddress } from './hooks.ts'

interface TilesProps {
  readonly lines: readonly Line[]
  readonly selected: string | undefined
}

/** More clients than this get smaller tiles, so that 300 stand on one screen. */
const roomyUpTo = 120

/** Every client at once, by ring, each with its servers as cells. */
export const ClientTiles = memo(function ClientTiles({ lines, selected }: TilesProps) {
  const { t } = useReader()
  if (lines.length === 0) return <NothingFound />
  const rings = [...new Set(lines.map(({ row }) => row.ring))].sort((a, b) => a - b)
  const dense = lines.length > roomyUpTo
  return (
    <div className={dense ? 'tiles tiles-dense' : 'tiles'}>
      {rings.map((ring) => {
        const members = lines.filter(({ row }) => row.ring === ring)
        return (
          <section key={ring} aria-label={`${t.ring} ${ring} ${t.ringNames[ring] ?? ''}`}>
            <h2>
              {t.ring} {ring} · {t.ringNames[ring]} <span>{t.ringActive(members.length)}</span>
            </h2>
            <ul>
              {members.map((line) => (
                <Tile
                  key={line.row.clientId}
                  line={line}
                  dense={dense}
                  isOpen={line.row.clientId === selected}
                />
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
})

const Tile = memo(function Tile({ line, dense, isOpen }: { line: Line; dense: boolean; isOpen: boolean }) {
  const { t } = useReader()
  const [, go] = useAddress()
  const { row, sign, kind, done } = line
  const columns = row.cells.length > 10 ? (dense ? 17 : 13) : 10
  return (
    <li className={`tile-card kind-${kind}`} data-open={isOpen || undefined}>
      <button type="button" onClick={() => go({ client: row.clientId, server: undefined })} title={row.name}>
        <span className="tile-head">
          <Sign name={sign} label={t.states[sign]} />
          <span className="tile-name">{row.name}</span>
          {!dense && row.cells.length > 10 && (
            <span className="tile-count">
              {done}/{row.cells.length}
            </span>
          )}
        </span>
        {row.cells.length > mostCells ? (
          <CellCounts cells={row.cells} />
        ) : (
          <Cells cells={row.cells} columns={columns} scale={dense ? 0.34 : 0.72} />
        )}
      </button>
    </li>
  )
})
