import { reason } from './reasons.ts'
import type { TurnRecord, TurnServer, TurnSettings } from './turn.ts'
import { nameOf } from './turnTopology.ts'

/** A failure stops what waits, but not what an operator gave its place back after it. */
export function giveUpAfterFailure(
  server: TurnServer,
  all: readonly TurnServer[],
  { onFailure }: Pick<TurnSettings, 'onFailure'>,
): Omit<TurnRecord, 'serverId'> | undefined {
  if (onFailure === 'continue') return undefined
  const since = server.state.kind === 'pending' ? (server.state.since ?? -Infinity) : Infinity
  const cause = all.find(
    (other) => isBroken(other) && other.state.kind === 'ended' && other.state.endedAt > since,
  )
  if (!cause) return undefined
  return { outcome: 'skipped', reason: reason('clientStoppedAfterFailure', { server: nameOf(cause) }) }
}

const isBroken = ({ state }: Pick<TurnServer, 'state'>): boolean =>
  state.kind === 'ended' && (state.outcome === 'failed' || state.outcome === 'needsOperator')

/** Under way, or about to be tried again: whether the failure is mended isn't known yet. */
const mayYetBreak = ({ state }: Pick<TurnServer, 'state'>): boolean =>
  state.kind === 'running' ||
  state.kind === 'unknown' ||
  (state.kind === 'pending' && state.reason?.code === 'retriedByOperator')

/**
 * Servers that were skipped after another's failure and may have their place back, because none stands any more:
 * it was repeated with success, or an operator has resolved it (operations.md: a server rolled back and verified
 * up lets its client continue).
 */
export function mended<T extends Pick<TurnServer, 'state'>>(servers: readonly T[]): T[] {
  if (servers.some((server) => isBroken(server) || mayYetBreak(server))) return []
  return servers.filter(
    ({ state }) =>
      state.kind === 'ended' &&
      state.outcome === 'skipped' &&
      state.reason?.code === 'clientStoppedAfterFailure',
  )
}
