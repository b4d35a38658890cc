import {
  BuildWaiver,
  type BuildWaiverBody,
  BuildWaiverList,
  CampaignEvidence,
  EvidenceLine,
  EvidenceList,
} from '../../orchestrations/contracts/api.ts'
import type { EvidenceFile } from '../../orchestrations/contracts/scripts/evidence.ts'
import type { Send } from './http.ts'
import { segment } from './pages.ts'
import { Nothing } from './servers.ts'

/** What labs have proven, and who answers where none has. */
export function evidenceCalls(send: Send) {
  return {
    evidence: () => send('GET', '/api/evidence', EvidenceList),
    addEvidence: (file: EvidenceFile) => send('POST', '/api/evidence', EvidenceLine, { json: file }),
    lackingEvidence: (campaign: string) =>
      send('GET', `/api/campaigns/${segment(campaign)}/evidence`, CampaignEvidence),
    buildWaivers: async () => (await send('GET', '/api/build-waivers', BuildWaiverList)).waivers,
    addBuildWaiver: (body: BuildWaiverBody) =>
      send('POST', '/api/build-waivers', BuildWaiver, { json: body }),
    removeBuildWaiver: (build: string) => send('DELETE', `/api/build-waivers/${segment(build)}`, Nothing),
  }
}
