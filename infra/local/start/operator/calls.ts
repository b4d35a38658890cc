import type { CampaignId } from '../../../../orchestrations/domain/ids.ts'
import type { Deed } from './script.ts'

export interface Call {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

/** The request that a deed is; `now`: plan time, epoch ms. The server that a condition found is in it already. */
export function callOf(deed: Deed, campaignId: CampaignId, now: number): Call {
  const { reason } = deed
  const said = { reason }
  switch (deed.kind) {
    case 'pauseCampaign':
      return { path: `campaigns/${campaignId}/pause`, body: said }
    case 'resumeCampaign':
      return { path: `campaigns/${campaignId}/resume`, body: said }
    case 'pauseClient': {
      const caller = deed.caller === undefined ? {} : { caller: deed.caller }
      return { path: `clients/${deed.clientId}/pause`, body: { ...said, ...caller, ...untilOf(deed, now) } }
    }
    case 'stopClient':
      return { path: `clients/${deed.clientId}/stop`, body: said }
    case 'resumeClient':
      return { path: `clients/${deed.clientId}/resume`, body: said }
    case 'excludeClient':
      return { path: `clients/${deed.clientId}/exclude`, body: { ...said, ...untilOf(deed, now) } }
    case 'includeClient':
      return { path: `clients/${deed.clientId}/include`, body: said }
    case 'holdRing':
      return { path: `campaigns/${campaignId}/rings/${deed.ring}/hold`, body: said }
    case 'promoteRing':
      return { path: `campaigns/${campaignId}/rings/${deed.ring}/promote`, body: said }
    case 'stop':
      return { path: 'stop', body: said }
    case 'release':
      return { path: 'release', body: said }
    case 'excludeServer':
      return { path: `servers/${serverOf(deed)}/exclude`, body: { ...said, ...untilOf(deed, now) } }
    case 'includeServer':
      return { path: `servers/${serverOf(deed)}/include`, body: said }
    case 'retryServer':
      return { path: `servers/${serverOf(deed)}/retry`, body: { ...said, campaignId } }
    case 'resolveServer':
      return {
        path: `servers/${serverOf(deed)}/resolve`,
        body: { ...said, campaignId, outcome: deed.outcome },
      }
    case 'waive':
      return { path: 'waivers', body: { ...said, serverId: serverOf(deed), ...untilOf(deed, now) } }
  }
}

/** Plan time until which it counts, where it has an end. */
export function untilOf(deed: Deed, now: number): { until?: number } {
  return 'minutes' in deed && deed.minutes !== undefined ? { until: now + deed.minutes * 60_000 } : {}
}

function serverOf(deed: Deed): string {
  const id = 'serverId' in deed ? deed.serverId : undefined
  if (id === undefined)
    throw new Error(`The script says ${deed.kind} without a server, and its condition names none.`)
  return id
}
