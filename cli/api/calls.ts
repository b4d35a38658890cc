import { z } from 'zod'
import {
  EnrolmentList,
  EnrolmentTokenAnswer,
  EnrolmentTokenList,
  type EnrolmentTokenRequest,
  InventoryAnswer,
  InventorySummary,
  LedgerVerdict,
  Me,
  Status,
} from '../../orchestrations/contracts/api.ts'
import { LedgerLine, StopState } from '../../orchestrations/contracts/board.ts'
import { campaignCalls } from './campaigns.ts'
import { clientCalls } from './clients.ts'
import { evidenceCalls } from './evidence.ts'
import { handOverCalls } from './handOver.ts'
import { sender, type Target, textSender } from './http.ts'
import { queryOf, segment } from './pages.ts'
import { Nothing, serverCalls } from './servers.ts'

const LedgerPage = z.object({ lines: z.array(LedgerLine) })
const importTimeoutMs = 30 * 60_000
const stopTimeoutMs = 120_000

export interface ImportOptions {
  readonly dryRun: boolean
  readonly skipInvalid: boolean
  readonly remove: boolean
}

/** The routes of contracts/api.ts, each answer parsed. */
export function operatorApi(target: Target) {
  const send = sender(target)
  const ledger = (id: string) => `/api/ledger/${segment(id)}`
  const enrolment = (id: string) => `/api/enrolments/${segment(id)}`
  return {
    ...campaignCalls(send, textSender(target)),
    ...clientCalls(send),
    ...serverCalls(send),
    ...handOverCalls(send),
    ...evidenceCalls(send),
    me: () => send('GET', '/api/me', Me),
    status: () => send('GET', '/api/status', Status),
    importInventory: (
      file: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly name: string },
      { dryRun, skipInvalid, remove }: ImportOptions,
    ) =>
      send(
        'POST',
        `/api/inventory${queryOf({ dryRun, skipInvalid, remove, file: file.name })}`,
        InventoryAnswer,
        {
          file,
          timeoutMs: importTimeoutMs,
        },
      ),
    inventory: () => send('GET', '/api/inventory', InventorySummary),
    /** `key` is the same in each try of one intent; the caller repeats what was lost. */
    stop: (reason: string, key: string) =>
      send('POST', '/api/stop', StopState, { json: { reason }, timeoutMs: stopTimeoutMs, key, once: true }),
    release: (reason: string) =>
      send('POST', '/api/release', StopState, { json: { reason }, timeoutMs: stopTimeoutMs }),
    stopState: () => send('GET', '/api/stop', StopState),
    ledgerPage: async (clientId: string, after: number, limit: number) =>
      (await send('GET', `${ledger(clientId)}?after=${after}&limit=${limit}`, LedgerPage)).lines,
    verifyLedger: (clientId: string) => send('GET', `${ledger(clientId)}/verify`, LedgerVerdict),
    issueTokens: (body: z.input<typeof EnrolmentTokenRequest>) =>
      send('POST', '/api/enrolment-tokens', EnrolmentTokenAnswer, { json: body }),
    tokens: async () => (await send('GET', '/api/enrolment-tokens', EnrolmentTokenList)).tokens,
    revokeToken: (id: string) => send('DELETE', `/api/enrolment-tokens/${segment(id)}`, Nothing),
    enrolments: async () => (await send('GET', '/api/enrolments', EnrolmentList)).enrolments,
    judgeEnrolment: (id: string, verb: 'approve' | 'refuse', reason: string) =>
      send('POST', `${enrolment(id)}/${verb}`, Nothing, { json: { reason } }),
  }
}

export type OperatorApi = ReturnType<typeof operatorApi>
