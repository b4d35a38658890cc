import { hashVerb } from './byHash.ts'

/** START ALL. */
export const addCampaignStart = hashVerb({
  verb: 'start',
  name: 'campaignStart',
  kinds: ['planned', 'approved'],
  send: ({ api }, id, hash) => api.start(id, hash),
})
