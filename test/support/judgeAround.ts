import type { Server } from '../../orchestrations/domain/fleet.ts'
import { tell, type Effect, type Rule, type Terms, type Violation } from './judgeRecord.ts'
import { silentUntil, type Turn } from './judgeTurns.ts'

/** What is taken back by the end of a server's turn, and by what else than its opposite. */
const pairs = [
  { kind: 'holdJobs', opposite: 'releaseJobs', rule: 'jobsLeftHeld' },
  { kind: 'drain', opposite: 'undrain', rule: 'leftDrained' },
] as const satisfies readonly { kind: string; opposite: string; rule: Rule }[]
type Pair = (typeof pairs)[number]

const tellers = new Set(['resolveServer', 'retryServer', 'unlockClient'])

/** People and backups are let back to every server that is done with, whatever became of it. */
export function judgeAround(turns: readonly Turn[], terms: Terms): Violation[] {
  return turns
    .filter((turn) => isOver(turn, turns, terms) && !isTold(turn, terms))
    .flatMap((turn) => pairs.flatMap((pair) => left(turn, pair, turns)))
}

function left(turn: Turn, { kind, opposite, rule }: Pair, turns: readonly Turn[]): Violation[] {
  const done = turn.lines.findLast((line) => line.kind === kind && line.phase === 'ended' && line.ok === true)
  if (done === undefined || !canBeAsked(turn, kind, done, turns)) return []
  const ofServer = turns.filter(({ server }) => server.serverId === turn.server.serverId)
  const isBack = ofServer.some(({ lines }) =>
    lines.some((line) => line.at >= done.at && (isEnded(line, opposite) || isSetBack(line, kind))),
  )
  return isBack ? [] : [{ rule, evidence: tell(done) }]
}

const isEnded = (line: Effect, kind: string): boolean =>
  line.kind === kind && line.phase === 'ended' && line.ok === true

/** The checkpoint is older than the drain: a host that goes back to it takes sessions as it did then. */
const isSetBack = (line: Effect, kind: string): boolean =>
  kind === 'drain' && isEnded(line, 'restoreCheckpoint')

/** Nobody can be asked who doesn't answer: the host itself, or the backup server at any time from then on. */
function canBeAsked(turn: Turn, kind: string, done: Effect, turns: readonly Turn[]): boolean {
  if (kind === 'drain') return silentUntil(turn) <= turn.last.at
  const isBackup = ({ serverId }: Server): boolean => serverId === turn.server.backupServer
  return turns.every((other) => !isBackup(other.server) || silentUntil(other) <= done.at)
}

/** The whole campaign is, or its client, which has one server in hand at a time, has begun another one. */
function isOver(turn: Turn, turns: readonly Turn[], { over = false }: Terms): boolean {
  if (turn.open) return false
  if (over) return true
  return (
    turn.client.maxParallelServers === 1 &&
    turns.some(({ client, first }) => client.clientId === turn.client.clientId && first.at > turn.last.at)
  )
}

/** An operator said what became of it, or took its client's lock: its story does nothing more. */
function isTold({ server, client }: Turn, { operator = [] }: Terms): boolean {
  return operator.some(
    ({ action, serverId, clientId }) =>
      tellers.has(action) && (serverId === server.serverId || clientId === client.clientId),
  )
}
