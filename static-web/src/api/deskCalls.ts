import {
  CampaignEvidence,
  CampaignReport,
  InventoryAnswer,
  Preparation,
  UpdateLine,
  UpdateList,
} from '../../../orchestrations/contracts/api.ts'
import type { Call } from './http.ts'
import { at, queryOf } from './paths.ts'
import { posting } from './posting.ts'

export interface ImportOptions {
  readonly dryRun: boolean
  readonly skipInvalid: boolean
  readonly remove: boolean
}

/** Before and after the night: inventory, preparation, updates, report. */
export function deskCalls(call: Call) {
  const post = posting(call)
  return {
    importInventory: (file: File, options: ImportOptions) =>
      call(`api/inventory${queryOf({ ...options, file: file.name })}`, InventoryAnswer, {
        method: 'POST',
        file,
        timeoutMs: 120_000,
      }),
    preparation: (id: string) => call(`api/campaigns/${at(id)}/preparation`, Preparation),
    evidence: (id: string) => call(`api/campaigns/${at(id)}/evidence`, CampaignEvidence),
    prepare: (id: string, body: { download: boolean; maxKilobitsPerSecond?: number }) =>
      post(`api/campaigns/${at(id)}/prepare`, Preparation, body, { starts: true }),
    updates: (campaign: string | undefined) => call(`api/updates${queryOf({ campaign })}`, UpdateList),
    judgeUpdate: (kb: string, verb: 'block' | 'unblock', reason: string) =>
      post(`api/updates/${at(kb)}/${verb}`, UpdateLine, { reason }),
    report: (id: string, client: string | undefined) =>
      call(reportPath(id, { format: 'json', client }), CampaignReport, { timeoutMs: 60_000 }),
  }
}

export function reportPath(
  id: string,
  query: {
    readonly format: 'html' | 'csv' | 'json'
    readonly client?: string | undefined
    readonly language?: string
  },
): string {
  return `api/campaigns/${at(id)}/report${queryOf(query)}`
}
