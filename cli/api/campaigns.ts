import type { z } from 'zod'
import {
  CampaignList,
  CampaignReport,
  PlanAnswer,
  type PlanRequest,
  type PrepareBody,
  Preparation,
} from '../../orchestrations/contracts/api.ts'
import { Board, CampaignHead, ClientDetail, RingRow } from '../../orchestrations/contracts/board.ts'
import type { Send, SendText } from './http.ts'
import { allPages, pageSize, queryOf, segment } from './pages.ts'

const planTimeoutMs = 300_000
export type ReportFormat = 'html' | 'csv' | 'json'
const typeOf = { html: 'text/html', csv: 'text/csv' } as const

/** Campaigns, their preparation, their rings, their reports. */
export function campaignCalls(send: Send, sendText: SendText) {
  const campaign = (id: string) => `/api/campaigns/${segment(id)}`
  const reportPath = (id: string, format: ReportFormat, language: string, client?: string) =>
    `${campaign(id)}/report${queryOf({ format, language, client })}`
  return {
    makePlan: (request: PlanRequest) =>
      send('POST', '/api/campaigns', PlanAnswer, { json: request, timeoutMs: planTimeoutMs }),
    campaigns: () =>
      allPages(async (cursor) => {
        const { campaigns, next } = await send(
          'GET',
          `/api/campaigns${queryOf({ cursor, limit: pageSize })}`,
          CampaignList,
        )
        return { items: campaigns, next }
      }),
    board: (id: string) => send('GET', campaign(id), Board),
    plan: (id: string) => send('GET', `${campaign(id)}/plan`, PlanAnswer),
    approve: (id: string, planHash: string) =>
      send('POST', `${campaign(id)}/approve`, CampaignHead, { json: { planHash } }),
    prepare: (id: string, body: z.input<typeof PrepareBody>) =>
      send('POST', `${campaign(id)}/prepare`, Preparation, { json: body }),
    preparation: (id: string, client?: string) =>
      send('GET', `${campaign(id)}/preparation${queryOf({ client })}`, Preparation),
    start: (id: string, planHash: string) =>
      send('POST', `${campaign(id)}/start`, CampaignHead, { json: { planHash } }),
    changeCampaign: (id: string, verb: 'pause' | 'resume' | 'cancel', reason: string) =>
      send('POST', `${campaign(id)}/${verb}`, CampaignHead, { json: { reason } }),
    changeRing: (id: string, ring: number, verb: 'hold' | 'resume' | 'promote', reason: string) =>
      send('POST', `${campaign(id)}/rings/${ring}/${verb}`, RingRow, { json: { reason } }),
    clientInCampaign: (id: string, clientId: string) =>
      send('GET', `${campaign(id)}/clients/${segment(clientId)}`, ClientDetail),
    report: (id: string, language: string, client?: string) =>
      send('GET', reportPath(id, 'json', language, client), CampaignReport),
    reportFile: (id: string, format: 'html' | 'csv', language: string, client?: string) =>
      sendText(reportPath(id, format, language, client), typeOf[format]),
    exportList: (list: string, campaignId?: string) =>
      sendText(`/api/exports/${list}${queryOf({ campaign: campaignId })}`, 'text/csv'),
  }
}
