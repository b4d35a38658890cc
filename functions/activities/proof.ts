import type { CampaignId, RingNumber } from '../../orchestrations/domain/ids.ts'
import type { Approval } from '../../orchestrations/domain/updates.ts'
import type { Services } from '../services.ts'
import type { CampaignPlan } from './turnFacts.ts'

/** What another process proved is seen this late at most, wire ms; a ring starts long after the one before. */
const rereadMs = 2_000

interface Known {
  readonly at: number
  readonly proven: Promise<ReadonlyMap<RingNumber, ReadonlySet<string>>>
}
const knownOf = new WeakMap<Services, Map<CampaignId, Known>>()

/** What a server of a ring may get: what the plan approves, less what is blocked, less what nobody has proven. */
export async function approvalFor(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
  plan: CampaignPlan,
): Promise<Approval> {
  const { ids: named, categories } = plan.updates
  if (plan.purpose === 'remove') return { named, categories: [], blocked: [] }
  const blocked = [...(await services.updates.blocked()).keys()]
  const mustBeProven = plan.settings.requireProof && plan.rings.some((other) => other < ring)
  if (!mustBeProven) return { named, categories, blocked }
  const proven = await provenIn(services, campaignId)
  const before = [...proven].flatMap(([other, ids]) => (other < ring ? [...ids] : []))
  return { named, categories, blocked, proven: [...new Set(before)] }
}

/** Writes down that updates went well in a ring: one write for each update that nobody of it had before. */
export async function prove(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
  ids: readonly string[],
): Promise<void> {
  const known = (await provenIn(services, campaignId)).get(ring)
  const fresh = ids.filter((id) => !known?.has(id))
  if (fresh.length === 0) return
  await services.campaigns.prove(campaignId, ring, fresh)
  knownOf.get(services)?.delete(campaignId)
}

function provenIn(services: Services, campaignId: CampaignId): Known['proven'] {
  const all = knownOf.get(services) ?? new Map<CampaignId, Known>()
  knownOf.set(services, all)
  const now = services.clocks.wire()
  const known = all.get(campaignId)
  if (known && now - known.at < rereadMs) return known.proven
  const proven = services.campaigns
    .proven(campaignId)
    .then((rows) => new Map(rows.map(({ ring, updates }) => [ring, new Set(updates)] as const)))
  all.set(campaignId, { at: now, proven })
  proven.catch(() => all.delete(campaignId))
  return proven
}
