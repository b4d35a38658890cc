import { isUnderWay } from '../../orchestrations/domain/outcomes.ts'
import { cellOf, type ClientRow, type ClientState } from '../../orchestrations/contracts/board.ts'
import { controlNow } from '../../orchestrations/domain/control.ts'
import type { CampaignId } from '../../orchestrations/domain/ids.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'

/** Why a client starts nothing at present, as its last turn decided. */
export interface Hold {
  readonly reason: Reason
  readonly until?: number
  /** It has lasted longer than the settings allow: somebody is asked. */
  readonly asks?: boolean
}

const troubled = new Set(['failed', 'needsOperator', 'rolledBack'])

/** A client's line on the board, from its partition. Times are plan time. `planned`: its places before its first turn. */
export function clientRowOf(
  partition: Partition,
  campaignId: CampaignId,
  now: number,
  hold: Hold | undefined,
  planned: readonly RunRow[] = [],
): ClientRow | undefined {
  const config = partition.config()
  const written = partition.runs(campaignId)
  const runs = written.length > 0 ? written : planned
  if (!config || runs.length === 0) return undefined
  const started = runs.flatMap((run) => startOf(run) ?? [])
  const ends = runs.flatMap((run) => (run.state.kind === 'ended' ? [run.state.endedAt] : []))
  const allEnded = ends.length === runs.length
  const measured = runs.flatMap((run) => durationOf(run) ?? [])
  return {
    clientId: config.clientId,
    name: config.name,
    ring: config.ring,
    revision: partition.head.sequence,
    state: allEnded ? { kind: 'ended' } : stateOf(partition, runs, now, hold),
    cells: runs.map((run) => cellOf(run.state)).join(''),
    now: runs.flatMap((run) => nowOf(partition, run) ?? []),
    ...troubleOf(partition, runs, hold),
    ...(started.length > 0 ? { startedAt: Math.min(...started) } : {}),
    ...(allEnded ? { endedAt: Math.max(...ends) } : {}),
    spentMs: measured.reduce((sum, ms) => sum + ms, 0),
    measured: measured.length,
  }
}

function stateOf(
  partition: Partition,
  runs: readonly RunRow[],
  now: number,
  hold: Hold | undefined,
): ClientState {
  const { control, emergency } = partition.control()
  const current = controlNow(control, now)
  if (emergency) return { kind: 'held', reason: reason('emergencyStop') }
  if (current.kind !== 'running') return current
  if (runs.some((run) => isUnderWay(run.state))) return { kind: 'running' }
  if (!hold) return { kind: 'waiting' }
  const { until } = hold
  return { kind: 'held', reason: hold.reason, ...(until === undefined ? {} : { until }) }
}

const hostOf = (partition: Partition, run: RunRow): string =>
  partition.server(run.serverId)?.server.host ?? run.serverId

function nowOf(partition: Partition, run: RunRow): ClientRow['now'][number] | undefined {
  if (run.state.kind !== 'running') return undefined
  const { step, stepAt, startedAt } = run.state
  return { serverId: run.serverId, host: hostOf(partition, run), step, stepAt, startedAt }
}

function troubleOf(
  partition: Partition,
  runs: readonly RunRow[],
  hold: Hold | undefined,
): Pick<ClientRow, 'trouble'> {
  for (const run of runs) {
    const { state } = run
    const about = { serverId: run.serverId, host: hostOf(partition, run) }
    if (state.kind === 'unknown') return { trouble: { ...about, outcome: 'unknown', reason: state.reason } }
    if (state.kind === 'ended' && troubled.has(state.outcome))
      return {
        trouble: { ...about, outcome: state.outcome, reason: state.reason ?? reason('internalError') },
      }
  }
  const waiting = runs.find((run) => run.state.kind === 'pending')
  if (!hold?.asks || !waiting) return {}
  const about = { serverId: waiting.serverId, host: hostOf(partition, waiting) }
  return { trouble: { ...about, outcome: 'needsOperator', reason: hold.reason } }
}

const startOf = (run: RunRow): number | undefined =>
  run.state.kind === 'pending' ? undefined : run.state.startedAt

function durationOf(run: RunRow): number | undefined {
  if (run.state.kind !== 'ended' || run.state.startedAt === undefined) return undefined
  return run.state.outcome === 'skipped' ? undefined : run.state.endedAt - run.state.startedAt
}
