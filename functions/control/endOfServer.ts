import { openClient } from '../activities/rings.ts'
import { endServer } from '../activities/servers.ts'
import type { Durable, Services } from '../services.ts'
import { waiterKey } from '../activities/peek.ts'
import { otherClientsOf } from '../activities/sharedHost.ts'
import { wake, wakeClient } from './wake.ts'

/**
 * Records how a server ended, then wakes its client's lanes: one that waits for this server may go on, or end.
 * A lane names its wait before it looks, and the end is written before its waiters are read: none is missed.
 */
export async function endServerAndWake(
  services: Services,
  durable: Durable,
  input: Parameters<typeof endServer>[1],
): Promise<void> {
  await endServer(services, input)
  const { lanes } = await openClient(services, input)
  if (lanes > 1 || input.round > 0) await wakeClient(services, durable, input.campaignId, input.clientId)
  for (const other of await otherClientsOf(services, input.campaignId, input.serverId))
    await wakeClient(services, durable, input.campaignId, other)
  if (input.round > 0) await tellRing(services, durable, input)
}

/** Its ring's gate, or the campaign's end, may be waiting for a server that got its place back. */
export async function tellRing(
  services: Services,
  durable: Durable,
  { campaignId, clientId, ring }: Pick<Parameters<typeof endServer>[1], 'campaignId' | 'clientId' | 'ring'>,
): Promise<void> {
  await services.live.flush(campaignId, clientId)
  const subjects = [{ kind: 'gate', ring }, { kind: 'idle' }] as const
  await wake(
    services,
    durable,
    campaignId,
    subjects.map((subject) => waiterKey(subject, '')),
  )
}
