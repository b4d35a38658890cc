import type { Notice } from '../../orchestrations/contracts/api.ts'
import type { Settings } from '../settings.ts'

/** The page, where it shows what a notice is about. */
export function linkOf({ ATLAS_PAGE_URL: page }: Settings, notice: Notice): string | undefined {
  if (page === undefined) return undefined
  const url = new URL(page)
  if (notice.campaignId !== undefined) url.searchParams.set('campaign', notice.campaignId)
  if (notice.clientId !== undefined) url.searchParams.set('client', notice.clientId)
  return url.href
}
