import { openClient } from '../activities/rings.ts'
import { endServer } from '../activities/servers.ts'
import type { Durable, Services } from '../services.ts'
import { wakeClient } from './wake.ts'

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
  if (lanes > 1) await wakeClient(services, durable, input.campaignId, input.clientId)
}
