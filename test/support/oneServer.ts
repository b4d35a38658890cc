import { setTimeout as delay } from 'node:timers/promises'
import { EnrolmentTokenAnswer, InventoryAnswer, PlanAnswer } from '../../orchestrations/contracts/api.ts'
import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import type { Server } from '../../orchestrations/domain/fleet.ts'
import { startLiveHost, type LiveHost } from './liveHost.ts'

export interface OneServer {
  readonly host: LiveHost
  readonly server: Server
  /** For one host, one day. */
  readonly token: string
  /** A campaign over it; answers its id. */
  plan(updates: readonly string[]): Promise<string>
}

/** The real host with one server in its inventory, which may enrol. */
export async function startOneServer(): Promise<OneServer> {
  const host = await startLiveHost()
  await host.answering()
  const inventory = generatedInventory(1, { oneRing: true })
  const csv = new TextEncoder().encode(writeInventoryCsv(inventory))
  await host.api.upload('inventory?file=one.csv', csv, InventoryAnswer)
  const [server] = inventory.servers
  const asked = { clients: [server?.clientId], hosts: 1, days: 1 }
  const [issued] = (await host.api.post('enrolment-tokens', asked, EnrolmentTokenAnswer)).tokens
  if (server === undefined || issued === undefined) throw new Error('There is no server to enrol')
  return {
    host,
    server,
    token: issued.token,
    async plan(updates) {
      const body = {
        name: 'Evening',
        selection: { kind: 'everything' },
        settings: { topology: false },
        updates: { ids: updates, categories: ['security'] },
      }
      return (await host.api.post('campaigns', body, PlanAnswer)).campaign.campaignId
    },
  }
}

/** Looks until there is something to see. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    await delay(100)
  }
}
