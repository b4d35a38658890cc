import type { CampaignStore } from '../adapters/tables/campaignStore.ts'

/** The store, telling viewers whenever a campaign's or a ring's state may have changed: no client's commit does. */
export function announcing(
  store: CampaignStore,
  announce: (campaignId: Parameters<CampaignStore['head']>[0]) => void,
): CampaignStore {
  return {
    ...store,
    async changeHead(id, change) {
      const head = await store.changeHead(id, change)
      announce(id)
      return head
    },
    async changeRing(id, ring, change) {
      const row = await store.changeRing(id, ring, change)
      announce(id)
      return row
    },
  }
}
