import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import type { Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import { RingNumber, type ServerId } from '../../orchestrations/domain/ids.ts'

/**
 * Clients of the demo, each with its first `perClient` servers (hosts, guests and pairs): the first one in ring 0,
 * then a tenth in ring 1 and a tenth in ring 3, the others in ring 2. `mixed`: every other client is cut so that its
 * remote desktop host and its backup server stay.
 */
export function demoSlice(servers: number, perClient = 10, cut: 'alike' | 'mixed' = 'alike'): Inventory {
  const count = Math.ceil(servers / perClient)
  const whole = demoInventory()
  const chosen = whole.clients.slice(0, count)
  if (chosen.length < count) throw new RangeError(`The demo has no ${servers} servers`)
  const clients = chosen.map((client, index) => ({ ...client, ring: ringOf(index, count) }))
  const kept = clients
    .flatMap(({ clientId }, index) => {
      const own = whole.servers.filter((server) => server.clientId === clientId)
      return cut === 'mixed' && index % 2 === 1 ? withBackup(own, perClient) : own.slice(0, perClient)
    })
    .slice(0, servers)
  const known = new Set(kept.map(({ serverId }) => serverId))
  return { clients, servers: kept.map((server) => linked(server, known)) }
}

/** The client's last servers give way to one of each. */
function withBackup(own: readonly Server[], count: number): readonly Server[] {
  const kept = (['rds', 'backup'] as const).flatMap(
    (role) => own.find((server) => server.role === role) ?? [],
  )
  const others = own.filter((server) => !kept.includes(server))
  return [...others.slice(0, Math.max(0, count - kept.length)), ...kept].slice(0, count)
}

function ringOf(index: number, count: number): RingNumber {
  const tenth = Math.max(1, Math.round(count / 10))
  if (index === 0) return RingNumber.parse(0)
  if (index <= tenth) return RingNumber.parse(1)
  return RingNumber.parse(index >= count - tenth ? 3 : 2)
}

/** A server of a client that was cut short loses the links to what is no longer there. */
function linked(server: Server, known: ReadonlySet<ServerId>): Server {
  const { runsOn, backupServer, partner, ...rest } = server
  return {
    ...rest,
    ...(runsOn !== undefined && known.has(runsOn) && { runsOn }),
    ...(backupServer !== undefined && known.has(backupServer) && { backupServer }),
    ...(partner !== undefined && known.has(partner) && { partner }),
  }
}
