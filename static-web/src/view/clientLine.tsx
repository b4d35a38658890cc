import { Pause16Regular, Play16Regular } from '@fluentui/react-icons'
import { memo } from 'react'
import type { ClientRow } from '../../../orchestrations/contracts/board.ts'
import type { Pace } from '../../../orchestrations/contracts/remaining.ts'
import type { Held } from '../model/merge.ts'
import type { Line } from '../model/rows.ts'
import { CellCounts, Cells, Sign } from './cells.tsx'
import { useClientControl } from './clientControl.ts'
import { useReader } from './context.tsx'
import { ExpectedEnd, Now } from './clientNow.tsx'
import { useAddress } from './hooks.ts'
import { VerbButton } from './verbButton.tsx'

interface ClientLineProps {
  readonly line: Line
  readonly held: Held
  readonly pace: Pace | undefined
  readonly columns: number
  readonly isOpen: boolean
}

/** Past this many servers a row shows counts. */
export const mostCells = 60

/** One client. Draws again only when its row changed; running times tick in small parts of their own. */
export const ClientLine = memo(
  function ClientLine({ line, held, pace, columns, isOpen }: ClientLineProps) {
    const { t } = useReader()
    const [, go] = useAddress()
    const { row } = line
    const open = (server?: number) => go({ client: row.clientId, server: server?.toString() })
    return (
      <>
        <span role="cell" className={`name-cell kind-${line.kind}`}>
          <Sign name={line.sign} label={t.states[line.sign]} />
          <button
            type="button"
            className="client-name"
            title={row.name}
            aria-expanded={isOpen}
            data-open={isOpen || undefined}
            onClick={() => open()}
          >
            {row.name}
          </button>
        </span>
        <span role="cell" className="ring-cell">
          {row.ring}
        </span>
        <span role="cell" className="cells-cell">
          {row.cells.length > mostCells ? (
            <CellCounts cells={row.cells} />
          ) : (
            <Cells cells={row.cells} columns={columns} onCell={open} />
          )}
        </span>
        <span role="cell" className={`now-cell kind-${line.kind}`}>
          <Now line={line} held={held} />
        </span>
        <span role="cell" className="end-cell">
          <ExpectedEnd row={row} held={held} pace={pace} />
        </span>
        <span role="cell" className="act">
          <PauseButton row={row} held={held} />
        </span>
      </>
    )
  },
  (before, after) =>
    before.line === after.line &&
    before.isOpen === after.isOpen &&
    before.columns === after.columns &&
    before.held.clocksAt === after.held.clocksAt &&
    before.pace === after.pace,
)

function PauseButton({ row, held }: { row: ClientRow; held: Held }) {
  const { t } = useReader()
  const { verb, control } = useClientControl(row, held)
  if (!verb) return null
  return (
    <VerbButton
      appearance="subtle"
      icon={verb === 'pause' ? <Pause16Regular /> : <Play16Regular />}
      label={verb === 'pause' ? t.pauseOf(row.name) : t.resumeOf(row.name)}
      onClick={control}
    />
  )
}
