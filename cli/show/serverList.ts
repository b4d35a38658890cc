import type { ServerLine } from '../../orchestrations/contracts/api.ts'
import { stateLabel, wordsOf } from '../../orchestrations/contracts/words/index.ts'
import type { RunState } from '../../orchestrations/domain/outcomes.ts'
import { ended } from '../api/refusal.ts'
import { why, type Reader } from './reader.ts'
import { sign } from './signs.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

/** A line per server: state, cause, agent. */
export function serverListLines(servers: readonly ServerLine[], reader: Reader, of?: 'oneClient'): string[] {
  const { t, paint, language } = reader
  if (servers.length === 0) return [t.noServers]
  const titles = [`  ${t.server}`, ...(of ? [] : [t.client]), t.role, t.state, t.why, t.agent]
  return table([
    titles.map((title) => paint('dim', title)),
    ...servers.map((server) => [
      `${server.state ? stateSign(server.state, reader) : ' '} ${of ? server.host : server.serverId}`,
      ...(of ? [] : [server.clientName]),
      roleName(server.role, language),
      stateText(server, reader),
      server.state ? causeText(server.state, reader) : '',
      server.enrolled ? heard(server, reader) : wordsOf(language).states.notEnrolled,
    ]),
  ])
}

export const stateSign = (state: RunState, { paint }: Pick<Reader, 'paint'>): string =>
  sign(state.kind === 'ended' ? state.outcome : state.kind, paint)

export function roleName(role: string, language: Reader['language']): string {
  const roles: Readonly<Record<string, string>> = wordsOf(language).roles
  return roles[role] ?? role
}

/** The state with its step, and until when it is excluded. */
export function stateText(
  { state, excluded }: Pick<ServerLine, 'state' | 'excluded'>,
  reader: Reader,
): string {
  const { t, language, zone } = reader
  const parts: string[] = []
  if (state) parts.push(stateLabel(state, language) + stepOf(state, reader))
  if (excluded) parts.push(t.excludedState(excluded.until && dayTime(excluded.until, language, zone)))
  return parts.join(', ')
}

export function stepOf(state: RunState, { language }: Reader): string {
  return state.kind === 'running' || state.kind === 'unknown'
    ? ` (${wordsOf(language).steps[state.step]})`
    : ''
}

/** Why a server is as it is, in one line; empty while nothing is wrong. */
export function causeText(state: RunState, reader: Reader): string {
  if (state.kind === 'unknown') return why(state.reason, reader)
  if (state.kind !== 'ended') return ''
  const reason = state.reason && why(state.reason, reader)
  // The reason often quotes the failure already.
  const failure = state.failure?.message
  return [reason, failure !== undefined && reason?.includes(failure) === true ? undefined : failure]
    .filter((text) => text !== undefined)
    .map(ended)
    .join(' ')
}

function heard({ heardAt }: ServerLine, { t, language, zone }: Reader): string {
  return heardAt === undefined ? t.neverHeard : t.heardAt(dayTime(heardAt, language, zone))
}
