import { campaignVerb } from './change.ts'

export const addCampaignResume = campaignVerb('resume', 'campaignResume', ['paused'])
