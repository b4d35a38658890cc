import { hashVerb } from './byHash.ts'

export const addCampaignApprove = hashVerb({
  verb: 'approve',
  name: 'campaignApprove',
  kinds: ['planned'],
  send: ({ api }, id, hash) => api.approve(id, hash),
})
