import { clientOf } from '../../orchestrations/domain/ids.ts'
import type { Services } from '../services.ts'
import type { Condition, Now } from './conditions.ts'

/** Wire ms: long enough for a quarantine that was announced to be written. */
const settledMs = 60_000

/** Servers in quarantine, whatever campaign there is or is not. */
export async function quarantineConditions(services: Services, now: Now): Promise<Condition[]> {
  const found: Condition[] = []
  for (const suspect of await services.notices.suspects()) {
    const { serverId, at } = suspect
    const clientId = clientOf(serverId)
    const seen = await services.clients.read(clientId, {}, (partition) => ({
      config: partition.config(),
      row: partition.server(serverId),
    }))
    const why = seen.row?.quarantined
    if (why) {
      const { name: clientName, zone } = seen.config ?? {}
      const client = { clientId, ...(clientName === undefined ? {} : { clientName }) }
      const place = {
        serverId,
        ...(seen.row ? { host: seen.row.server.host } : {}),
        ...(zone === undefined ? {} : { zone }),
      }
      found.push({
        key: `quarantined.${serverId}`,
        once: false,
        about: { kind: 'quarantined', ...client, ...place, reason: why },
      })
    } else if (now.wire - at > settledMs) await services.notices.dropSuspect(suspect)
  }
  return found
}
