import { afterAll, beforeAll, expect, test } from 'vitest'
import { NoticeList, NoticeTest } from '../../../orchestrations/contracts/api.ts'
import { ClientId } from '../../../orchestrations/domain/ids.ts'
import { startHook, type Hook } from '../notices/hook.ts'
import { partsOf, startSmtp, type Smtp } from '../notices/smtp.ts'
import { startRig, type Rig } from './rig.ts'

const secret = 'a secret of sixteen or more'
let rig: Rig
let smtp: Smtp
let hook: Hook
beforeAll(async () => {
  ;[rig, smtp, hook] = await Promise.all([startRig(), startSmtp(), startHook(secret)])
  for (let index = 0; index < 7; index++) {
    await rig.services.notices.add({
      id: `n${index}`,
      kind: 'silenceOver',
      at: 1_000_000 + index,
      planAt: 0,
      ...(index % 2 === 0 ? { clientId: ClientId.parse('client-0001') } : {}),
      ...(index === 5 ? { clientId: ClientId.parse('client-0002') } : {}),
      deliveries: [],
    })
  }
})
afterAll(async () => {
  await Promise.all([rig.close(), smtp.close(), hook.close()])
})

const page = async (who: 'olga' | 'sam', query: Record<string, string>) =>
  NoticeList.parse((await rig.byName('listNotices', { who, query })).body)
const ids = ({ notices }: NoticeList) => notices.map(({ id }) => id)

test('Notices come newest first, in pages that end where they end', async () => {
  const first = await page('olga', { limit: '3' })
  expect(ids(first)).toEqual(['n6', 'n5', 'n4'])
  const second = await page('olga', { limit: '3', cursor: first.next ?? '' })
  expect(ids(second)).toEqual(['n3', 'n2', 'n1'])
  const last = await page('olga', { limit: '3', cursor: second.next ?? '' })
  expect(ids(last)).toEqual(['n0'])
  expect(last.next).toBeUndefined()
})

test('Who sees some clients sees their notices and those of the fleet, in whole pages', async () => {
  const first = await page('sam', { limit: '4' })
  expect(ids(first)).toEqual(['n6', 'n4', 'n3', 'n2'])
  expect(ids(await page('sam', { limit: '4', cursor: first.next ?? '' }))).toEqual(['n1', 'n0'])
})

test('A cursor of somewhere else is refused', async () => {
  for (const query of [{ cursor: 'watch' }, { limit: '0' }])
    expect((await rig.byName('listNotices', { who: 'olga', query })).status).toBe(400)
})

test('A test goes through every channel at once, and the answer says how it went', async () => {
  expect((await rig.byName('testNotices', { who: 'anna' })).body).toEqual({ deliveries: [] })
  Object.assign(rig.services.settings, {
    ATLAS_MAIL: { smtp: smtp.url, from: 'a@b.example', to: ['n@b.example'], languages: {}, language: 'fr' },
    ATLAS_WEBHOOK: { url: hook.url, secret },
  })
  // What goes out through settings is made once for each: these are others.
  Object.assign(rig.services, { settings: { ...rig.services.settings } })
  expect(NoticeTest.parse((await rig.byName('testNotices', { who: 'anna' })).body)).toMatchObject({
    deliveries: [
      { kind: 'sent', channel: 'mail' },
      { kind: 'sent', channel: 'webhook' },
    ],
  })
  expect(partsOf(smtp.received[0]?.raw ?? '')[0]?.text).toContain('Essai')
  expect(hook.accepted).toMatchObject([{ test: true }])
  hook.become(500)
  expect(
    NoticeTest.parse((await rig.byName('testNotices', { who: 'anna' })).body).deliveries[1],
  ).toMatchObject({
    kind: 'failed',
    error: 'The webhook answered 500',
  })
})

test('Only an operator of the whole fleet may send a test', async () => {
  for (const who of ['olga', 'sam'] as const)
    expect((await rig.byName('testNotices', { who })).status).toBe(403)
})
