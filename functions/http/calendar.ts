import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import { languages } from '../../orchestrations/contracts/words/index.ts'
import { ClientId } from '../../orchestrations/domain/ids.ts'
import { calendarOf, type Slot } from '../calendar/feed.ts'
import { isCalendarKey } from '../calendar/key.ts'
import { campaignHeads } from '../control/activeCampaigns.ts'
import type { Services } from '../services.ts'
import { answer, Refusal } from './respond.ts'

/** One address may ask so often in a minute, wire time: a calendar program asks a few times a day. */
const mostAMinute = 60
const addressesKept = 10_000
const asked = new WeakMap<Services, Map<string, { minute: number; times: number }>>()

/** GET calendars/{clientId}?key=&language=: the only answer that takes no token; the key in its address stands for it. */
export function serveCalendar(
  services: () => Promise<Services>,
  request: HttpRequest,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    async () => calendar(await services(), request),
    (text) => log(`GET /api/calendars: ${text}`),
  )
}

export function registerCalendar(services: () => Promise<Services>): void {
  app.http('calendar', {
    methods: ['GET'],
    route: 'calendars/{clientId}',
    authLevel: 'anonymous',
    handler: (request, context) => serveCalendar(services, request, (text) => context.error(text)),
  })
}

/** Says the same of a wrong key and of a client that there isn't: nobody learns names here. */
const noSuchCalendar = () =>
  new Refusal(404, 'There is no such calendar', { fix: 'Ask your provider for its address.' })

async function calendar(services: Services, request: HttpRequest): Promise<HttpResponseInit> {
  takeTurn(services, addressOf(request))
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
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

function takeTurn(services: Services, address: string): void {
  const turns = asked.get(services) ?? new Map<string, { minute: number; times: number }>()
  asked.set(services, turns)
  const minute = Math.floor(services.clocks.wire() / 60_000)
  const known = turns.get(address)
  const times = known?.minute === minute ? known.times + 1 : 1
  turns.delete(address)
  turns.set(address, { minute, times })
  for (const oldest of turns.keys()) {
    if (turns.size <= addressesKept) break
    turns.delete(oldest)
  }
  if (times > mostAMinute)
    throw new Refusal(429, 'Too many requests', { fix: 'Ask again in a minute; once an hour is enough.' })
}

/** The last one was added by the platform's own front; what stands before it anybody could have written. */
const addressOf = (request: HttpRequest): string =>
  (request.headers.get('x-forwarded-for') ?? '').split(',').at(-1)?.trim() ?? ''

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
