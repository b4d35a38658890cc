import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import { languages } from '../../orchestrations/contracts/words/index.ts'
import { ClientId } from '../../orchestrations/domain/ids.ts'
import { calendarOf, type Slot } from '../calendar/feed.ts'
import { isCalendarKey } from '../calendar/key.ts'
import { campaignHeads } from '../control/activeCampaigns.ts'
import type { Services } from '../services.ts'
import { addressOf, spend } from './limits.ts'
import { answer, Refusal } from './respond.ts'

export const calendarPath = 'calendars/{clientId}'

/** GET calendars/{clientId}?key=&language=: the only answer that takes no token; the key in its address stands for it. */
export function serveCalendar(
  services: () => Promise<Services>,
  request: HttpRequest,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    request,
    async () => calendar(await services(), request),
    (text) => log(`GET /api/calendars: ${text}`),
  )
}

export function registerCalendar(services: () => Promise<Services>): void {
  app.http('calendar', {
    methods: ['GET'],
    route: calendarPath,
    authLevel: 'anonymous',
    handler: (request, context) => serveCalendar(services, request, (text) => context.error(text)),
  })
}

/** Says the same of a wrong key and of a client that there isn't: nobody learns names here. */
const noSuchCalendar = () => new Refusal('noSuchCalendar')

async function calendar(services: Services, request: HttpRequest): Promise<HttpResponseInit> {
  spend(services, 'calendars', addressOf(request))
  const clientId = ClientId.safeParse(request.params['clientId'])
  const key = request.query.get('key') ?? ''
  if (!clientId.success || !isCalendarKey(services.settings, clientId.data, key)) throw noSuchCalendar()
  const client = await services.clients.read(clientId.data, {}, (partition) => partition.config())
  if (!client) throw noSuchCalendar()
  const wanted = request.query.get('language')
  const language = languages.find((one) => one === wanted) ?? 'en'
  const slots = await slotsOf(services, clientId.data)
  return {
    status: 200,
    body: calendarOf(client, slots, services.clocks.plan(), language),
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="maintenance.ics"',
      'cache-control': 'private, max-age=900',
    },
  }
}

const expected: ReadonlySet<string> = new Set(['planned', 'approved', 'running', 'paused', 'carryingOver'])

/** Where campaigns that are planned or under way have the client. */
async function slotsOf(services: Services, clientId: ClientId): Promise<Slot[]> {
  const heads = (await campaignHeads(services)).filter(({ state }) => expected.has(state.kind))
  const found = await Promise.all(
    heads.map(async ({ campaignId, state }): Promise<Slot[]> => {
      const planned = await services.campaigns.plannedClient(campaignId, clientId)
      if (!planned) return []
      const started = state.kind !== 'planned' && state.kind !== 'approved'
      const { firstStart, end, servers } = planned
      return [
        {
          campaignId,
          start: firstStart,
          end: Math.max(end.p80, firstStart),
          servers: servers.length,
          started,
        },
      ]
    }),
  )
  return found.flat()
}
