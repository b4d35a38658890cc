import type { CampaignEvidence } from '../../../orchestrations/contracts/api.ts'
import { sentence } from '../../../orchestrations/contracts/words/index.ts'
import type { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { campaignProof } from '../../control/evidence.ts'
import type { Services } from '../../services.ts'
import { problemTypes } from '../problems.ts'
import { Refusal } from '../respond.ts'

/** What START would ask for now. */
export async function evidenceOf(services: Services, campaignId: CampaignId): Promise<CampaignEvidence> {
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
  const zone = services.settings.ATLAS_ZONE
  const named = lacking.map(
    ({ reason, servers }) => `${sentence(reason, 'en', { zone })} (servers: ${servers}).`,
  )
  if (unknown.servers > 0)
    named.push(`Of ${unknown.servers} servers nobody knows the build: ${unknown.examples.join(', ')}, …`)
  if (named.length > 0)
    throw new Refusal(409, 'Labs have not proven what this plan would run', {
      type: problemTypes.evidenceLacking,
      detail: named.slice(0, mostNamed).join(' '),
      fix: [
        ...(lacking.length > 0
          ? [
              'Run the lab kit (agent/lab) on such a Windows and `atlas evidence add FILE`, or answer for it: `atlas evidence waive BUILD`.',
            ]
          : []),
        ...(unknown.servers > 0
          ? ['Prepare the campaign: that looks at its servers. Agents of hosts and backup servers tell it.']
          : []),
      ].join(' '),
    })
  if (waived.length === 0) return {}
  const told = waived.map(({ build, kinds }) => `${build}: ${kinds.join(', ')}`).join('; ')
  return { evidenceWaived: told.slice(0, 1000) }
}
