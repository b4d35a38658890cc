import { CampaignEvidence } from '../../orchestrations/contracts/api.ts'
import type { Board } from '../../orchestrations/contracts/board.ts'

/** What START would ask for: nothing, as in a rehearsal, or a bit of everything. */
export function sceneEvidence(
  { campaign: { campaignId }, clients }: Board,
  kind: 'off' | 'lacking' = 'off',
): CampaignEvidence {
  const none = { servers: 0, examples: [] }
  if (kind === 'off')
    return CampaignEvidence.parse({ campaignId, required: false, lacking: [], unknown: none, waived: [] })
  const one = { servers: 1, examples: [`${clients[0]?.clientId}.fs01`] }
  const lacking = (build: string, kinds: string[], code: string, more: object = {}) => ({
    build,
    kinds,
    reason: { code, params: { build, kinds: kinds.join(', '), ...more } },
    ...one,
  })
  return CampaignEvidence.parse({
    campaignId,
    required: true,
    lacking: [
      lacking('10.0.14393', ['install', 'reboot'], 'labNeverSeen'),
      lacking('10.0.20348', ['checkpoint'], 'labBroken', { contracts: 'checkpoint.production' }),
    ],
    unknown: one,
    waived: [{ build: '10.0.17763', kinds: ['install'] }],
  })
}
