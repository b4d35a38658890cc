import type { Client, Inventory } from '../../orchestrations/domain/fleet.ts'
import { nextSaturday } from '../../infra/local/start/environment.ts'
import { demoSlice } from '../support/demoSlice.ts'

/** As in chaos: what kills cost is wire time, and clients of five fit their window with it. */
const serversPerClient = 5

/** What the weekend has no room for is done in the nights after it: nobody waits for a week of plan time. */
const weekdays = { rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', start: '20:00', minutes: 600 }
const nights = [weekdays, { rrule: 'FREQ=WEEKLY;BYDAY=SA,SU', start: '20:00', minutes: 600 }]

/**
 * The demo's clients, and among them those that make a night hard: nights only, two at once, and in the later rings
 * a frozen Saturday.
 */
export function stormInventory(servers: number, wireNow: number): Inventory {
  const slice = demoSlice(servers, serversPerClient, 'mixed')
  // The rehearsal begins on the first Saturday that comes, at midnight in Paris: the evening before in UTC.
  const saturday = new Date(nextSaturday(wireNow) + 12 * 3_600_000).toISOString().slice(0, 10)
  return { ...slice, clients: slice.clients.map((client, index) => hardened(client, index, saturday)) }
}

function hardened(weekly: Client, index: number, saturday: string): Client {
  const client = { ...weekly, windows: [...weekly.windows, weekdays] }
  if (index % 7 === 3) return { ...client, windows: nights }
  if (index % 7 === 5) return { ...client, maxParallelServers: 2 }
  if (index % 7 === 6 && client.ring > 1) return { ...client, freezeDates: [saturday] }
  return client
}
