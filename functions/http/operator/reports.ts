import { z } from 'zod'
import { CampaignReport } from '../../../orchestrations/contracts/api.ts'
import { languages } from '../../../orchestrations/contracts/words/index.ts'
import { ClientId } from '../../../orchestrations/domain/ids.ts'
import { csvReport } from '../../report/csv.ts'
import { htmlReport } from '../../report/html.ts'
import { readReport } from '../../report/read.ts'
import type { Services } from '../../services.ts'
import { withHeaders } from '../headers.ts'
import { file, json } from '../respond.ts'
import { noSuchClient, requireClient } from './auth.ts'
import { headOf } from './campaigns.ts'
import { readers, type Call, type Route } from './route.ts'

const ReportQuery = z.object({
  client: ClientId.optional(),
  format: z.enum(['html', 'csv', 'json']).default('json'),
  language: z.enum(languages).default('en'),
})

export const reportRoutes: readonly Route[] = [
  {
    name: 'reportCampaign',
    method: 'GET',
    path: 'campaigns/{campaignId}/report',
    roles: readers,
    summary:
      'What a campaign did and did not do, of one client or of all, to read, to send or to calculate with.',
    query: ReportQuery,
    answers: { 200: { json: CampaignReport, media: ['text/html', 'text/csv'] } },
    handle: reportCampaign,
  },
]

/** It is a page after all; its styles stand in it, and it needs nothing else. */
const onlyStyles = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/** Only of the clients that the operator may see; a client's own report names no other. */
async function reportCampaign(services: Services, call: Call) {
  const { client, format, language } = call.query(ReportQuery)
  if (client !== undefined) requireClient(call.me, client)
  const head = await headOf(services, call.campaignId())
  const { clients } = call.me
  const report = await readReport(services, head, { clients, ...(client ? { clientId: client } : {}) })
  if (client !== undefined && report.clients.length === 0)
    throw noSuchClient(`${client} in campaign ${head.campaignId}`)
  const name = `atlas-${head.campaignId}${client === undefined ? '' : `-${client}`}`
  switch (format) {
    case 'json':
      return json(report satisfies CampaignReport)
    case 'csv':
      return file(csvReport(report, language), 'text/csv; charset=utf-8', `${name}.csv`)
    case 'html': {
      const text = [...htmlReport(report, language, services.settings.ATLAS_ZONE)].join('')
      const page = file(text, 'text/html; charset=utf-8', `${name}.html`)
      return withHeaders(page, { 'content-security-policy': onlyStyles })
    }
  }
}
