import type { UpdateLine } from '../../orchestrations/contracts/api.ts'
import type { Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

/** Each KB with how it went, and whether it is blocked. */
export function updateLines(updates: readonly UpdateLine[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  if (updates.length === 0) return [t.noUpdates]
  return table([
    ['  KB', t.done, t.failedCount, t.clients, '', ''].map((title) => paint('dim', title)),
    ...updates.map(({ kb, succeeded, failed, clients, clientsFailed, blocked, title }) => [
      `${blocked ? paint('red', '■') : ' '} ${kb}`,
      String(succeeded),
      String(failed),
      clientsFailed > 0 ? t.clientsFailed(clientsFailed, clients) : String(clients),
      blocked ? t.blockedBy(dayTime(blocked.at, language, zone), blocked.actor, blocked.reason) : '',
      title,
    ]),
  ])
}
