import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../orchestrations/domain/ids.ts'

/**
 * The demo's first clients, ten servers each with hosts, guests and pairs: the first in ring 0, then a tenth in
 * ring 1 and a tenth in ring 3, the others in ring 2.
 */
export function demoSlice(servers: number): Inventory {
  const count = Math.ceil(servers / 10)
  const whole = demoInventory()
  const chosen = whole.clients.slice(0, count)
  if (chosen.length < count) throw new RangeError(`The demo has no ${servers} servers`)
  const pilots = Math.max(1, Math.round(count / 10))
  const clients = chosen.map((client, index) => {
    const late = index >= count - pilots ? 3 : 2
    return { ...client, ring: RingNumber.parse(index === 0 ? 0 : index <= pilots ? 1 : late) }
  })
  const ids = new Set(clients.map(({ clientId }) => clientId))
  const own = whole.servers.filter(({ clientId }) => ids.has(clientId))
  const kept = own.slice(0, servers)
  const known = new Set(kept.map(({ serverId }) => serverId))
  // A last client that is cut short loses the links to what it no longer has.
  const linked = kept.map(({ runsOn, backupServer, partner, ...server }) => ({
    ...server,
    ...(runsOn !== undefined && known.has(runsOn) && { runsOn }),
    ...(backupServer !== undefined && known.has(backupServer) && { backupServer }),
    ...(partner !== undefined && known.has(partner) && { partner }),
  }))
  return { clients, servers: linked }
}
