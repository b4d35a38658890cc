import { HttpRequest, type HttpResponseInit } from '@azure/functions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveCalendar } from '../../../functions/http/calendar.ts'
import type { Services } from '../../../functions/services.ts'
import { CalendarAnswer } from '../../../orchestrations/contracts/api.ts'
import { all, readCalendar, valueOf } from '../calendar/ics.ts'
import { imported, planned, running } from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
let address: URL
const params = { clientId: 'client-0001' }
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  const answer = await rig.byName('shareCalendar', { who: 'sam', params })
  address = new URL(CalendarAnswer.parse(answer.body).url)
})
afterAll(() => rig.close())

const textOf = ({ body }: HttpResponseInit): string => (typeof body === 'string' ? body : '')
const key = () => address.searchParams.get('key') ?? ''
function ask(clientId: string, query: Record<string, string>, services = rig.services, from = '192.0.2.1') {
  const request = new HttpRequest({
    method: 'GET',
    url: 'http://127.0.0.1/api/calendars/x',
    params: { clientId },
    query,
    headers: { 'x-forwarded-for': `203.0.113.9, ${from}` },
  })
  return serveCalendar(
    () => Promise.resolve(services),
    request,
    () => undefined,
  )
}

test('Whoever has the address reads the calendar of that client, without a token, in the language asked for', async () => {
  const answer = await ask('client-0001', { key: key(), language: 'fr' })
  expect(answer.status).toBe(200)
  expect(new Headers(answer.headers).get('content-type')).toBe('text/calendar; charset=utf-8')
  const calendar = readCalendar(textOf(answer))
  expect(all(calendar, 'VEVENT').length).toBeGreaterThan(20)
  expect(textOf(answer)).toContain('Fenêtre de maintenance')
})

test('Campaigns that are planned or under way have their place in it', async () => {
  await planned(rig)
  await running(rig)
  rig.time.wire += 2_000
  const calendar = readCalendar(textOf(await ask('client-0001', { key: key() })))
  const states = all(calendar, 'VEVENT').flatMap((event) => valueOf(event, 'STATUS') ?? [])
  expect(states.toSorted()).toEqual(['CONFIRMED', 'TENTATIVE'])
})

test('Another key, another client’s key and a client that there isn’t are the same: nothing', async () => {
  const answers = await Promise.all([
    ask('client-0001', {}),
    ask('client-0001', { key: `${key()}x` }),
    ask('client-0002', { key: key() }),
    ask('nobody', { key: key() }),
    ask('../x', { key: key() }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  expect(new Set(answers.map(textOf)).size).toBe(1)
})

test('A new secret makes every address void', async () => {
  const settings = { ...rig.services.settings, ATLAS_CALENDAR_SECRET: 'a new secret of ours' }
  const services: Services = { ...rig.services, settings }
  expect((await ask('client-0001', { key: key() }, services)).status).toBe(404)
})

test('One address may not ask without end; another still may', async () => {
  const services = { ...rig.services }
  for (let time = 0; time < 60; time++) await ask('client-0001', { key: 'wrong' }, services)
  expect((await ask('client-0001', { key: key() }, services)).status).toBe(429)
  expect((await ask('client-0001', { key: key() }, services, '192.0.2.2')).status).toBe(200)
})

test('Only an operator of that client shares its calendar, and it is written down', async () => {
  expect((await rig.byName('shareCalendar', { who: 'olga', params })).status).toBe(403)
  expect(
    (await rig.byName('shareCalendar', { who: 'sam', params: { clientId: 'client-0002' } })).status,
  ).toBe(404)
  expect((await rig.byName('shareCalendar', { who: 'anna', params: { clientId: 'nobody' } })).status).toBe(
    404,
  )
  const lines = (await rig.byName('showLedger', { who: 'olga', params: { clientId: 'atlas-fleet' } })).body[
    'lines'
  ]
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ actor: 'sam', action: 'calendar.shared', object: 'client-0001' }),
    ]),
  )
})
