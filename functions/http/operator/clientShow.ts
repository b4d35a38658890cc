import { ClientShow } from '../../../orchestrations/contracts/api.ts'
import { controlNow } from '../../../orchestrations/domain/control.ts'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import { dayMs } from '../../../orchestrations/domain/time.ts'
import { occurrences } from '../../../orchestrations/domain/windows.ts'
import { exclusionOf, waiverOf } from '../../board/serverViews.ts'
import { campaignHeads, newestOf } from '../../control/activeCampaigns.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import { tagged } from './etag.ts'
import { shortHash } from './preconditions.ts'
import { readers, type Call, type Route } from './route.ts'
import { linesOf } from './servers.ts'

export const clientShowRoutes: readonly Route[] = [
  {
    name: 'describeClient',
    method: 'GET',
    path: 'clients/{clientId}',
    roles: readers,
    summary: 'Shows what is known of a client apart from any campaign.',
    answers: { 200: ClientShow },
    handle: describeClient,
  },
]

const daysAhead = 35

async function describeClient(services: Services, call: Call) {
  const shown = await clientShowOf(services, call.clientId())
  const heard = shown.servers.map(({ heardAt }) => heardAt)
  return tagged(call, json(shown), String(shown.revision), shortHash([heard, shown.nextWindows]))
}

/** What is known of a client apart from any campaign: the answer of everything that changes one. */
export async function clientShowOf(services: Services, clientId: ClientId): Promise<ClientShow> {
  const campaignId = newestOf(await campaignHeads(services))?.campaignId
  const servers = await linesOf(services, clientId, campaignId)
  const found = await services.clients.read(clientId, {}, (partition) => ({
    config: partition.config(),
    row: partition.control(),
    lock: partition.lock(),
    rows: partition.servers(),
    checkpoints: partition.checkpoints(),
    heldJobs: partition.heldJobs(),
    revision: partition.head.sequence,
  }))
  const { config, row, lock, rows, revision } = found
  if (!config) throw noSuchClient(clientId)
  const now = services.clocks.plan()
  const { name, ring, zone, contact, windows, freezeDates, maxParallelServers, priority } = config
  const excluded = exclusionOf(row, now)
  return {
    clientId,
    name,
    ring,
    zone,
    ...(contact === undefined ? {} : { contact }),
    windows,
    freezeDates,
    maxParallelServers,
    priority,
    revision,
    control: controlNow(row.control, now),
    epoch: row.epoch,
    emergency: row.emergency,
    ...(excluded ? { excluded } : {}),
    lock,
    nextWindows: occurrences(config, now, now + daysAhead * dayMs),
    servers,
    waivers: rows.flatMap((server) => waiverOf(server, now) ?? []),
    checkpoints: [...found.checkpoints],
    heldJobs: [...found.heldJobs],
  }
}
