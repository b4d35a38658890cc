import { ServerId } from '../../orchestrations/domain/ids.ts'
import type { EnrolmentRow } from '../adapters/tables/enrolments.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'

const atOnce = 8

/** Hosts that wait for an operator: not refused, and not enrolled meanwhile because somebody imported them. */
export async function waitingEnrolments(services: Services): Promise<EnrolmentRow[]> {
  const rows = (await services.enrolments.list()).flatMap(([, row]) => (row.refused ? [] : [row]))
  const waiting: EnrolmentRow[] = []
  await eachOf(rows, atOnce, async (row) => {
    const serverId = ServerId.parse(row.enrolmentId)
    const isEnrolled = await services.clients.read(
      row.clientId,
      {},
      (partition) => partition.server(serverId)?.agent !== undefined,
    )
    if (!isEnrolled) waiting.push(row)
  })
  return waiting.sort((a, b) => a.askedAt - b.askedAt)
}
