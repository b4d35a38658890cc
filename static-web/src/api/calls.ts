import { z } from 'zod'
import {
  CampaignList,
  ControlAnswer,
  InventorySummary,
  Me,
  NegotiateAnswer,
  PlanAnswer,
  type PlanRequest,
  Status,
} from '../../../orchestrations/contracts/api.ts'
import {
  Board,
  CampaignHead,
  ClientDetail,
  RingRow,
  StopState,
} from '../../../orchestrations/contracts/board.ts'
import { deskCalls } from './deskCalls.ts'
import type { Wire } from './http.ts'
import { at } from './paths.ts'
import { posting } from './posting.ts'
import { serverCalls } from './serverCalls.ts'
import { workCalls } from './workCalls.ts'

/** Shorter than the page's stale limit: a probe that hangs must be known as silence in time. */
const probeTimeoutMs = 1200
const anything = z.unknown()

/** Every call that the page makes, by the name of what it does. Routes: contracts/api.ts. */
export function operatorApi(wire: Wire) {
  const { call, download } = wire
  const post = posting(call)
  return {
    ...serverCalls(call),
    ...workCalls(call),
    ...deskCalls(call),
    download,
    me: () => call('api/me', Me),
    inventory: () => call('api/inventory', InventorySummary),
    status: () => call('api/status', Status, { timeoutMs: probeTimeoutMs }),
    campaigns: () => call('api/campaigns', CampaignList),
    board: (id: string, timeoutMs = 15_000) => call(`api/campaigns/${at(id)}`, Board, { timeoutMs }),
    plan: (id: string) => call(`api/campaigns/${at(id)}/plan`, PlanAnswer),
    client: (id: string, client: string) =>
      call(`api/campaigns/${at(id)}/clients/${at(client)}`, ClientDetail),
    negotiate: () => post('api/negotiate', NegotiateAnswer),
    makePlan: (request: PlanRequest) => post('api/campaigns', PlanAnswer, request, { starts: true }),
    approve: (id: string, planHash: string) =>
      post(`api/campaigns/${at(id)}/approve`, CampaignHead, { planHash }),
    start: (id: string, planHash: string) =>
      post(`api/campaigns/${at(id)}/start`, CampaignHead, { planHash }, { starts: true }),
    campaignControl: (id: string, verb: 'pause' | 'resume' | 'cancel', reason: string) =>
      post(`api/campaigns/${at(id)}/${verb}`, CampaignHead, { reason }),
    ringControl: (id: string, ring: number, verb: 'hold' | 'resume' | 'promote', reason: string) =>
      post(`api/campaigns/${at(id)}/rings/${ring}/${verb}`, RingRow, { reason }),
    pauseClient: (id: string, body: { reason: string; until?: number; caller?: string }) =>
      post(`api/clients/${at(id)}/pause`, ControlAnswer, body),
    resumeClient: (id: string, reason: string) => post(`api/clients/${at(id)}/resume`, anything, { reason }),
    stop: (reason: string) => post('api/stop', StopState, { reason }),
    release: (reason: string) => post('api/release', StopState, { reason }),
  }
}
export type OperatorApi = ReturnType<typeof operatorApi>
