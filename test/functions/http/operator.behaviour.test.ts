import { forgetOldAnswers } from '../../../functions/http/operator/idempotency.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asHost,
  beat,
  enrolBody,
  imported,
  newHost,
  planned,
  running,
  serverAt,
  tokenFor,
} from './agentRig.ts'
import { startRig, type Answer, type Rig, type Who } from './rig.ts'

const body = (name = 'x') => ({
  name,
  selection: { kind: 'clients', clients: ['client-0001'] },
  updates: { ids: [], categories: [] },
})
const params = { clientId: 'client-0001' }
const etagOf = (answer: Answer): string => answer.headers.get('etag') ?? ''

describe('Every answer', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await imported(rig)
  })
  afterAll(() => rig.close())

  test.each([
    ['a success', { who: 'olga' as Who }],
    ['a refusal', {}],
  ])('has the security headers: %s', async (_, ask) => {
    const { headers } = await rig.byName('me', ask)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age'),
    })
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  test.each<[status: number, type: string, ask: () => Promise<Answer>]>([
    [400, 'bad-request', () => rig.byName('listServers', { who: 'olga', query: { limit: 'x' } })],
    [401, 'unauthenticated', () => rig.byName('me')],
    [403, 'forbidden', () => rig.byName('planCampaign', { who: 'olga', body: body() })],
    [404, 'not-found', () => rig.byName('describeClient', { who: 'olga', params: { clientId: 'nobody' } })],
    [
      409,
      'conflict',
      () => rig.byName('trustServer', { who: 'anna', params: { serverId: serverAt(0).serverId }, body: {} }),
    ],
  ])('that refuses with %i says which kind of refusal it is, and of what', async (status, type, ask) => {
    const answer = await ask()
    expect(answer).toMatchObject({ status, body: { type: `/problems/${type}`, status } })
    expect(answer.body['instance']).toMatch(/^\/api\//)
  })

  test('of one thing carries its tag, and is 304 to who has it already', async () => {
    const { params: campaign } = await planned(rig)
    for (const [name, about] of [
      ['describeClient', params],
      ['showServer', { serverId: serverAt(0).serverId }],
      ['showCampaign', campaign],
      ['showPlan', campaign],
    ] as const) {
      const first = await rig.byName(name, { who: 'olga', params: about })
      expect(etagOf(first)).toMatch(/^".+"$/)
      const again = { 'if-none-match': etagOf(first) }
      expect(await rig.byName(name, { who: 'olga', params: about, headers: again })).toMatchObject({
        status: 304,
        text: '',
      })
    }
  })
})

const byNumber = (a: number, b: number): number => a - b

describe('If-Match', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await imported(rig)
  })
  afterAll(() => rig.close())
  const read = async () => etagOf(await rig.byName('describeClient', { who: 'anna', params }))
  const pause = (tag: string) =>
    rig.byName('pauseClient', { who: 'anna', params, body: { reason: 'x' }, headers: { 'if-match': tag } })

  test('lets through who has read the present revision of a client, and says what changed to who has not', async () => {
    const tag = await read()
    expect(await pause(tag)).toMatchObject({ status: 200 })
    const late = await pause(tag)
    expect(late).toMatchObject({ status: 412, body: { type: '/problems/changed-meanwhile' } })
    expect(late.body['detail']).toContain('anna: client.paused client-0001')
    expect(await pause('*')).toMatchObject({ status: 200 })
    expect(await pause(await read())).toMatchObject({ status: 200 })
  })

  test('lets through one of many who have read the same and decide at one moment', async () => {
    const tag = await read()
    const told = await Promise.all([1, 2, 3, 4, 5].map(() => pause(tag)))
    expect(told.map(({ status }) => status).sort(byNumber)).toEqual([200, 412, 412, 412, 412])
    const { serverId } = serverAt(0)
    const server = { serverId }
    const again = await read()
    const exclude = async () =>
      rig.byName('excludeServer', {
        who: 'anna',
        params: server,
        body: { reason: 'x' },
        headers: { 'if-match': again },
      })
    const excluded = await Promise.all([exclude(), exclude(), exclude()])
    expect(excluded.map(({ status }) => status).sort(byNumber)).toEqual([200, 412, 412])
  })

  test('lets through one of many changes of a campaign at one moment', async () => {
    const { params: campaign } = await running(rig)
    const tag = etagOf(await rig.byName('showCampaign', { who: 'anna', params: campaign }))
    const cancel = (reason: string) =>
      rig.byName('cancelCampaign', {
        who: 'anna',
        params: campaign,
        body: { reason },
        headers: { 'if-match': tag },
      })
    const told = await Promise.all(['a', 'b', 'c'].map(cancel))
    expect(told.map(({ status }) => status).sort(byNumber)).toEqual([200, 412, 412])
  })

  test('guards a campaign by its state', async () => {
    const { params: campaign } = await running(rig)
    const tag = etagOf(await rig.byName('showCampaign', { who: 'anna', params: campaign }))
    const ask = (name: string) =>
      rig.byName(name, { who: 'anna', params: campaign, body: {}, headers: { 'if-match': tag } })
    expect(await ask('pauseCampaign')).toMatchObject({ status: 200 })
    const late = await ask('resumeCampaign')
    expect(late).toMatchObject({ status: 412, body: { detail: expect.stringContaining('paused') } })
  })
})

describe('Idempotency-Key', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await imported(rig)
  })
  afterAll(() => rig.close())
  const plan = (key: string, content: unknown = body(), who: Who = 'anna') =>
    rig.byName('planCampaign', { who, body: content, headers: { 'idempotency-key': key } })
  const campaigns = async () =>
    ((await rig.byName('listCampaigns', { who: 'olga' })).body['campaigns'] as unknown[]).length

  test('gets the same answer again, however the JSON is written, and makes nothing twice', async () => {
    const first = await plan('k-1')
    expect(first).toMatchObject({ status: 201 })
    expect(first.headers.has('idempotency-replayed')).toBe(false)
    const { name, selection, updates } = body()
    const again = await plan('k-1', JSON.stringify({ updates, selection, name }, undefined, 2))
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await campaigns()).toBe(1)
  })

  test('is one caller’s, one call’s and one day’s', async () => {
    expect(await plan('k-1', body('another'))).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
    expect(await plan('k-1', body(), 'paul')).toMatchObject({ status: 201 })
    expect(await campaigns()).toBe(2)
    rig.time.wire += 25 * 3_600_000
    expect((await plan('k-1')).headers.has('idempotency-replayed')).toBe(false)
    expect(await campaigns()).toBe(3)
  })

  test('lets one of many at the same moment act', async () => {
    const before = await campaigns()
    const answers = await Promise.all(Array.from({ length: 5 }, () => plan('k-2')))
    expect(
      answers.filter(({ headers, status }) => status === 201 && !headers.has('idempotency-replayed')),
    ).toHaveLength(1)
    for (const { status } of answers) expect([201, 409]).toContain(status)
    expect(await campaigns()).toBe(before + 1)
  })

  test('keeps no refusal: what was not done may be tried again', async () => {
    expect(
      await plan('k-3', { ...body(), selection: { kind: 'clients', clients: ['nobody'] } }),
    ).toMatchObject({
      status: 422,
    })
    expect(await plan('k-3')).toMatchObject({ status: 201 })
  })

  test('says what to do when the answer was too large to keep', async () => {
    const large = {
      ...body(),
      selection: { kind: 'everything' },
      updates: {
        ids: Array.from({ length: 200 }, (_, index) => `${index}${'"'.repeat(76)}`),
        categories: [],
      },
    }
    const first = await plan('k-4', large)
    expect(first.text.length).toBeGreaterThan(32 * 1024)
    expect(await plan('k-4', large)).toMatchObject({
      status: 409,
      body: { type: '/problems/idempotency-answer-not-kept', fix: expect.any(String) },
    })
  })

  test('leaves no token readable in the store', async () => {
    const issue = () =>
      rig.byName('issueEnrolmentTokens', {
        who: 'anna',
        body: { clients: ['client-0001'] },
        headers: { 'idempotency-key': 'k-5' },
      })
    const [issued] = (await issue()).body['tokens'] as { token: string }[]
    expect((await issue()).text).toContain(issued?.token)
    expect(JSON.stringify(await rig.services.keptAnswers.list())).not.toContain(issued?.token)
  })

  test('is forgotten after its day', async () => {
    expect((await rig.services.keptAnswers.list()).length).toBeGreaterThan(0)
    await forgetOldAnswers(rig.services)
    expect((await rig.services.keptAnswers.list()).length).toBeGreaterThan(0)
    rig.time.wire += 25 * 3_600_000
    await forgetOldAnswers(rig.services)
    expect(await rig.services.keptAnswers.list()).toEqual([])
  })

  test.each(['', 'a b', 'x'.repeat(201), 'é'])('refuses %j', async (key) => {
    expect(await plan(key)).toMatchObject({ status: 400 })
  })

  test('never keeps an emergency stop from being raised again', async () => {
    const headers = { 'idempotency-key': 'always-the-same' }
    await rig.byName('stop', { who: 'anna', body: {}, headers })
    await rig.byName('release', { who: 'anna', body: {}, headers })
    expect((await rig.byName('stop', { who: 'anna', body: {}, headers })).body).toMatchObject({
      kind: 'raised',
    })
  })
})

describe('Limits', () => {
  let rig: Rig
  const few = { perSecond: 1, burst: 3 }
  beforeAll(async () => {
    rig = await startRig({
      ATLAS_LIMITS: JSON.stringify({ reads: few, writes: few, failures: few, agents: few }),
    })
    await imported(rig)
  })
  afterAll(() => rig.close())
  const times = async (count: number, ask: () => Promise<Answer>) => {
    const statuses: number[] = []
    for (let index = 0; index < count; index++) statuses.push((await ask()).status)
    return statuses
  }
  const me = (who: Who) => () => rig.byName('me', { who })

  test('are each caller’s own, say when to come back, and refill', async () => {
    expect(await times(4, me('olga'))).toEqual([200, 200, 200, 429])
    const refused = await me('olga')()
    expect(refused).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('ratelimit-policy')).toBe('"reads";q=3;w=3')
    expect(refused.headers.get('ratelimit')).toMatch(/^"reads";r=0;t=\d+$/)
    expect((await me('paul')()).status).toBe(200)
    rig.time.wire += 2_000
    expect(await times(3, me('olga'))).toEqual([200, 200, 429])
  })

  test('keep nobody from the emergency stop, its release and the live frames', async () => {
    rig.time.wire += 10_000
    const pause = () => rig.byName('pauseClient', { who: 'anna', params, body: {} })
    expect((await times(4, pause)).at(-1)).toBe(429)
    for (const name of ['stop', 'release', 'negotiate', 'stop', 'release'])
      expect(await rig.byName(name, { who: 'anna', body: {} })).toMatchObject({ status: 200 })
  })

  test('slow down who guesses tokens, and nobody else at that address', async () => {
    rig.time.wire += 10_000
    const guess = () => rig.byName('me', { authorization: 'Bearer guess' })
    expect(await times(4, guess)).toEqual([401, 401, 401, 429])
    expect(await me('olga')()).toMatchObject({ status: 200 })
    const elsewhere = await rig.byName('me', {
      authorization: 'Bearer guess',
      headers: { 'x-forwarded-for': '10.0.0.1, 203.0.113.9:4711' },
    })
    expect(elsewhere.status).toBe(401)
  })

  test('count refused enrolments, not those that succeed', async () => {
    rig.time.wire += 10_000
    const enrol = (index: number, token: string) =>
      rig.askAgent('enrol', enrolBody(newHost(serverAt(index)), token))
    expect(await times(4, () => enrol(0, 'no-such-token-at-all'))).toEqual([403, 403, 403, 429])
    const token = await tokenFor(rig, 'client-0001')
    for (let index = 0; index < 6; index++) expect(await enrol(index, token)).toMatchObject({ status: 201 })
  })

  test('hold back an agent that calls without pause, and no other', async () => {
    const token = await tokenFor(rig, 'client-0002')
    const hosts = [newHost(serverAt(12)), newHost(serverAt(13))] as const
    for (const host of hosts) await rig.askAgent('enrol', enrolBody(host, token))
    const beats = await times(4, () => asHost(rig, hosts[0], 'heartbeat', beat()))
    expect(beats).toEqual([200, 200, 200, 429])
    expect(await asHost(rig, hosts[1], 'heartbeat', beat())).toMatchObject({ status: 200 })
  })
})
