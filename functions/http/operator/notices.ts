import {
  type Delivery,
  type Notice,
  NoticeList,
  NoticeTest,
  PageQuery,
} from '../../../orchestrations/contracts/api.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { audit } from '../../control/audit.ts'
import { linkOf } from '../../notices/link.ts'
import { channelsOf } from '../../notices/outlets.ts'
import { sendThrough } from '../../notices/send.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { cursorAt, positionIn } from './paging.ts'
import { readers, type Call, type Route } from './route.ts'

export const noticeRoutes: readonly Route[] = [
  {
    name: 'listNotices',
    method: 'GET',
    path: 'notices',
    roles: readers,
    summary: 'Lists what people were woken for, newest first.',
    query: PageQuery,
    answers: { 200: NoticeList },
    handle: listNotices,
  },
  {
    name: 'testNotices',
    method: 'POST',
    path: 'notices/test',
    roles: ['operator'],
    summary: 'Sends one test notice through each channel.',
    answers: { 200: NoticeTest },
    handle: testNotices,
  },
]

/** Of the fleet, and of the clients that the operator may see. */
async function listNotices(services: Services, call: Call) {
  const { clients: scope } = call.me
  const { limit, cursor } = call.query(PageQuery)
  const wanted = ({ clientId }: Notice) =>
    scope === 'all' || clientId === undefined || scope.includes(clientId)
  const after = cursor === undefined ? undefined : placeIn(cursor)
  const { notices, last } = await services.notices.page(limit, after, wanted)
  const next = last ? { next: cursorAt([last.at, last.id]) } : {}
  return json({ notices, channels: channelsOf(services), ...next } satisfies NoticeList)
}

function placeIn(cursor: string): Pick<Notice, 'at' | 'id'> {
  const [at, id] = positionIn(cursor)
  if (typeof at !== 'number' || typeof id !== 'string') throw new Refusal('badCursor')
  return { at, id }
}

/** Sends a test through every channel, at once and without the outbox, so that the answer says how it went. */
async function testNotices(services: Services, call: Call) {
  requireWholeFleet(call.me)
  await audit(services, { actor: call.me.name, action: 'notices.tested', object: fleetLedger })
  const { clocks, settings } = services
  const notice: Notice = {
    id: `test.${services.newId()}`,
    kind: 'digest',
    at: clocks.wire(),
    planAt: clocks.plan(),
    deliveries: [],
  }
  const link = linkOf(settings, notice)
  const told = {
    notice,
    test: true,
    items: [],
    ...(link === undefined ? {} : { link }),
    zone: settings.ATLAS_ZONE,
    withReport: false,
  }
  const deliveries = await Promise.all(
    channelsOf(services).map(async (channel): Promise<Delivery> => {
      const failed = (error: string): Delivery => ({
        kind: 'failed',
        channel,
        at: clocks.wire(),
        attempts: 1,
        error: error.slice(0, 300),
      })
      try {
        const refused = await sendThrough(services, channel, told)
        if (refused.length > 0) return failed(`refused: ${refused.join(', ')}`)
        return { kind: 'sent', channel, at: clocks.wire() }
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error))
      }
    }),
  )
  return json({ deliveries } satisfies NoticeTest)
}
