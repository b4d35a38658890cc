import { campaignVerb } from './change.ts'

export const addCampaignPause = campaignVerb('pause', 'campaignPause', ['running'])
