import type { Command } from 'commander'
import type { CampaignId } from '../../../orchestrations/domain/ids.ts'
import type { Session } from '../../session.ts'
import { campaignId } from '../pick.ts'

/** The campaign that --campaign names, as a part of a body; without it the server takes the running one. */
export function campaignBody(session: Session, command: Command): { campaignId?: CampaignId } {
  const { campaign } = command.opts<{ campaign?: string }>()
  return campaign === undefined ? {} : { campaignId: campaignId(session, campaign) }
}
