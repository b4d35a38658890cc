import { z } from 'zod'
import {
  CampaignList,
  ClientList,
  ControlAnswer,
  EnrolmentTokenAnswer,
  InventoryAnswer,
  InventorySummary,
  LedgerVerdict,
  Me,
  PlanAnswer,
  type PlanRequest,
  Status,
} from '../../orchestrations/contracts/api.ts'
import {
  Board,
  CampaignHead,
  ClientDetail,
  LedgerLine,
  RingRow,
  StopState,
} from '../../orchestrations/contracts/board.ts'
import { sender, type Target } from './http.ts'

const LedgerPage = z.object({ lines: z.array(LedgerLine) })
const importTimeoutMs = 30 * 60_000

export interface Pause {
  readonly reason: string
  readonly until?: number
  readonly caller?: string
}

/** The routes of contracts/api.ts, each answer parsed. */
export function operatorApi(target: Target) {
  const send = sender(target)
  const campaign = (id: string) => `/api/campaigns/${encodeURIComponent(id)}`
  const client = (id: string) => `/api/clients/${encodeURIComponent(id)}`
  const ledger = (id: string) => `/api/ledger/${encodeURIComponent(id)}`
  return {
    importInventory: (csv: Uint8Array<ArrayBuffer>, file: string, dryRun: boolean) =>
      send('POST', `/api/inventory?dryRun=${dryRun}&file=${encodeURIComponent(file)}`, InventoryAnswer, {
        csv,
        timeoutMs: importTimeoutMs,
      }),
    me: () => send('GET', '/api/me', Me),
    clients: async () => (await send('GET', '/api/clients', ClientList)).clients,
    inventory: () => send('GET', '/api/inventory', InventorySummary),
    status: () => send('GET', '/api/status', Status),
    makePlan: (request: PlanRequest) =>
      send('POST', '/api/campaigns', PlanAnswer, { json: request, timeoutMs: 300_000 }),
    campaigns: async () => (await send('GET', '/api/campaigns', CampaignList)).campaigns,
    board: (id: string) => send('GET', campaign(id), Board),
    plan: (id: string) => send('GET', `${campaign(id)}/plan`, PlanAnswer),
    approve: (id: string, planHash: string) =>
      send('POST', `${campaign(id)}/approve`, CampaignHead, { json: { planHash } }),
    start: (id: string, planHash: string) =>
      send('POST', `${campaign(id)}/start`, CampaignHead, { json: { planHash } }),
    changeCampaign: (id: string, verb: 'pause' | 'resume', reason: string) =>
      send('POST', `${campaign(id)}/${verb}`, CampaignHead, { json: { reason } }),
    changeRing: (id: string, ring: number, verb: 'hold' | 'promote', reason: string) =>
      send('POST', `${campaign(id)}/rings/${ring}/${verb}`, RingRow, { json: { reason } }),
    client: (id: string, clientId: string) =>
      send('GET', `${campaign(id)}/clients/${encodeURIComponent(clientId)}`, ClientDetail),
    pauseClient: (clientId: string, pause: Pause) =>
      send('POST', `${client(clientId)}/pause`, ControlAnswer, { json: pause }),
    resumeClient: (clientId: string, reason: string) =>
      send('POST', `${client(clientId)}/resume`, ControlAnswer, { json: { reason } }),
    stop: (reason: string) => send('POST', '/api/stop', StopState, { json: { reason }, timeoutMs: 120_000 }),
    release: (reason: string) =>
      send('POST', '/api/release', StopState, { json: { reason }, timeoutMs: 120_000 }),
    stopState: () => send('GET', '/api/stop', StopState),
    ledgerPage: async (clientId: string, after: number, limit: number) =>
      (await send('GET', `${ledger(clientId)}?after=${after}&limit=${limit}`, LedgerPage)).lines,
    verifyLedger: (clientId: string) => send('GET', `${ledger(clientId)}/verify`, LedgerVerdict),
    issueTokens: (clients: readonly string[], hosts: number, days: number) =>
      send('POST', '/api/enrolment-tokens', EnrolmentTokenAnswer, { json: { clients, hosts, days } }),
  }
}

export type OperatorApi = ReturnType<typeof operatorApi>
