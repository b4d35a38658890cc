import type { Board, ClientRow } from '../../orchestrations/contracts/board.ts'
import { clientRemaining, type Pace } from '../../orchestrations/contracts/remaining.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { why, type Reader } from './reader.ts'
import { dayTime, duration, timeRange } from './times.ts'

/** What happens at a client now: trouble first, then the servers in hand, else what it waits for. */
export function clientNow(row: ClientRow, reader: Reader, planNow?: number): string {
  const words = wordsOf(reader.language)
  const parts: string[] = []
  if (row.trouble) {
    const { host, outcome, reason } = row.trouble
    const states: Readonly<Record<string, string>> = words.states
    const state = states[outcome] ?? outcome
    const cause = why(reason, reader)
    // Many a reason begins with the state itself.
    const told = cause.toLowerCase().startsWith(state) ? cause : `${state}. ${cause}`
    parts.push(`${reader.t.label(host)} ${told}`)
  }
  for (const server of row.now) {
    const since = planNow === undefined ? '' : ` ${duration(Math.max(0, planNow - server.stepAt))}`
    parts.push(`${server.host} ${words.steps[server.step]}${since}`)
  }
  const told = row.state.kind === 'running' || row.state.kind === 'ended'
  if (parts.length === 0 || !told) parts.push(clientState(row, reader))
  return parts.join(' · ')
}

export function clientState({ state }: ClientRow, reader: Reader): string {
  const { t, language, zone } = reader
  const words = wordsOf(language).clients
  switch (state.kind) {
    case 'held':
      return why(state.reason, reader)
    case 'paused': {
      const said = t.by(words.paused, state.actor, state.reason)
      return state.until === undefined ? said : t.until(said, dayTime(state.until, language, zone))
    }
    case 'stopped':
      return t.by(words.stopped, state.actor, state.reason)
    case 'waiting':
    case 'running':
    case 'ended':
      return words[state.kind]
  }
}

/** When a client ended or is expected to, as a range. */
export function clientEnd(row: ClientRow, board: Board, pace: Pace | undefined, reader: Reader): string {
  const { t, language, zone } = reader
  if (row.endedAt !== undefined) return dayTime(row.endedAt, language, zone)
  const now = board.clocks.plan
  const left = row.startedAt !== undefined && pace ? clientRemaining(row, pace, now) : undefined
  if (left && row.state.kind !== 'stopped')
    return timeRange(now + left.p20Ms, now + left.p80Ms, language, zone)
  return row.startedAt === undefined ? '–' : t.notKnownYet
}
