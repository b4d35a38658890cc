import { campaignName, type CampaignInput } from '../../orchestrations/campaign/campaign.ts'
import type { CampaignId } from '../../orchestrations/domain/ids.ts'
import type { Durable } from '../services.ts'

const over: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Terminated', 'Canceled'])

/** An orchestration instance: `absent` also when it was purged. */
export type InstanceState = 'absent' | 'under way' | 'over'

/** Looks at an instance. Throws when the Durable extension can't say; an instance that isn't there is no error. */
export async function instanceState(durable: Durable, instanceId: string): Promise<InstanceState> {
  try {
    // Typed as always there; older extensions answer nothing at all.
    const status: { runtimeStatus?: string } | undefined = await durable.getStatus(instanceId)
    if (status?.runtimeStatus === undefined) return 'absent'
    return over.has(status.runtimeStatus) ? 'over' : 'under way'
  } catch (error) {
    // The SDK has no type for it: durable-functions 3, DurableClient.getStatus.
    if (error instanceof Error && /\bHTTP 404\b/.test(error.message)) return 'absent'
    throw error
  }
}

/** Starts a campaign's orchestration unless it exists. Safe to repeat and to race: the instance has its id. */
export async function ensureStarted(durable: Durable, campaignId: CampaignId): Promise<void> {
  await ensureInstance(durable, campaignName, campaignId, { campaignId, pass: 0 } satisfies CampaignInput)
}

/** Starts an orchestration under its own id unless that was ever used. */
export async function ensureInstance(
  durable: Durable,
  name: string,
  instanceId: string,
  input: unknown,
): Promise<void> {
  if ((await instanceState(durable, instanceId)) !== 'absent') return
  try {
    await durable.startNew(name, { instanceId, input })
  } catch (error) {
    // Refused because another caller was faster: then it is there.
    if ((await instanceState(durable, instanceId)) === 'absent') throw error
  }
}
