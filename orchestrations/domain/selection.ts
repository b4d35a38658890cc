import { z } from 'zod'
import type { Inventory, Server } from './fleet.ts'
import { ClientId, RingNumber, ServerId } from './ids.ts'
import { reason, type Reason } from './reasons.ts'

/** Whom a campaign is for. "Everybody" is a kind of its own: an empty list never means it. */
export const Selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everything') }),
  z.object({ kind: z.literal('clients'), clients: z.array(ClientId) }),
  z.object({ kind: z.literal('rings'), rings: z.array(RingNumber) }),
  z.object({ kind: z.literal('servers'), servers: z.array(ServerId) }),
])
export type Selection = z.infer<typeof Selection>

export type Selected =
  | { readonly ok: true; readonly servers: readonly Server[] }
  | { readonly ok: false; readonly reason: Reason }

/** The servers that a selection means; refused when it means none or names what the inventory doesn't have. */
export function selectServers(inventory: Inventory, selection: Selection): Selected {
  const unknown = firstUnknown(inventory, selection)
  if (unknown !== undefined) return { ok: false, reason: reason('unknownInSelection', { name: unknown }) }
  const servers = inventory.servers.filter(matcher(inventory, selection))
  return servers.length === 0 ? { ok: false, reason: reason('emptySelection') } : { ok: true, servers }
}

/** Whether a selection means a server that came after it was made. */
export function selects(selection: Selection, server: Server, ring: RingNumber): boolean {
  switch (selection.kind) {
    case 'everything':
      return true
    case 'servers':
      return selection.servers.includes(server.serverId)
    case 'clients':
      return selection.clients.includes(server.clientId)
    case 'rings':
      return selection.rings.includes(ring)
  }
}

function matcher(inventory: Inventory, selection: Selection): (server: Server) => boolean {
  switch (selection.kind) {
    case 'everything':
      return () => true
    case 'servers': {
      const chosen = new Set<string>(selection.servers)
      return (server) => chosen.has(server.serverId)
    }
    case 'clients': {
      const chosen = new Set<string>(selection.clients)
      return (server) => chosen.has(server.clientId)
    }
    case 'rings': {
      const rings = new Set<number>(selection.rings)
      const chosen = new Set(
        inventory.clients.filter(({ ring }) => rings.has(ring)).map((client) => client.clientId),
      )
      return (server) => chosen.has(server.clientId)
    }
  }
}

function firstUnknown(inventory: Inventory, selection: Selection): string | undefined {
  switch (selection.kind) {
    case 'clients': {
      const known = new Set(inventory.clients.map(({ clientId }) => clientId))
      return selection.clients.find((id) => !known.has(id))
    }
    case 'servers': {
      const known = new Set(inventory.servers.map(({ serverId }) => serverId))
      return selection.servers.find((id) => !known.has(id))
    }
    case 'everything':
    case 'rings':
      return undefined
  }
}
