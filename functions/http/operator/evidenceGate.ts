import type { CampaignEvidence } from '../../../orchestrations/contracts/api.ts'
import { reasonsCounted } from '../../../orchestrations/contracts/words/problems/index.ts'
import type { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { campaignProof, knownProofs } from '../../control/evidence.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'

/** What START asks for now, whatever another process has been told a moment ago. */
export async function evidenceOf(services: Services, campaignId: CampaignId): Promise<CampaignEvidence> {
  knownProofs.forget(services)
  const [plan, clients] = await Promise.all([
    services.campaigns.planHeader(campaignId),
    services.campaigns.plannedClients(campaignId),
  ])
  return (await campaignProof(services, campaignId, plan, clients)).evidence
}

const mostNamed = 20

/**
 * Refuses a START that would run what no lab has proven and nobody waives. Answers what is written down with the
 * START: that nothing was asked, or what was waived.
 */
export async function requireEvidence(
  services: Services,
  campaignId: CampaignId,
): Promise<Readonly<Record<string, string>>> {
  const { required, lacking, unknown, waived } = await evidenceOf(services, campaignId)
  if (!required) return { evidence: 'notRequired' }
  const named = reasonsCounted(lacking.slice(0, mostNamed), services.settings.ATLAS_ZONE)
  const builds = { unknown: unknown.servers, examples: unknown.examples.join(', ') }
  if (lacking.length > 0 && unknown.servers > 0)
    throw new Refusal('evidenceLackingBuildsUnknown', { lacking: named, ...builds })
  if (lacking.length > 0) throw new Refusal('evidenceLacking', { lacking: named })
  if (unknown.servers > 0) throw new Refusal('buildsUnknown', builds)
  if (waived.length === 0) return {}
  const told = waived.map(({ build, kinds }) => `${build}: ${kinds.join(', ')}`).join('; ')
  return { evidenceWaived: told.slice(0, 1000) }
}
