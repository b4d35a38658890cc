import { expect, test } from 'vitest'
import { activeCampaigns } from '../../../functions/control/activeCampaigns.ts'
import { imported, planned } from '../http/agentRig.ts'
import { startRig } from '../http/rig.ts'

test('a campaign counts as active for who asks right after its approval, not 1.5 s later', async () => {
  const rig = await startRig()
  try {
    await imported(rig)
    const { params, planHash, campaignId } = await planned(rig)
    expect(await activeCampaigns(rig.services)).toEqual([])
    await rig.byName('approveCampaign', { who: 'paul', params, body: { planHash } })
    expect(await activeCampaigns(rig.services)).toMatchObject([{ campaignId }])
  } finally {
    await rig.close()
  }
})
