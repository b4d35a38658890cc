import { afterEach, beforeEach, expect, test } from 'vitest'
import { endServer, markUnknown } from '../../../functions/activities/servers.ts'
import { quarantine, trustServer } from '../../../functions/control/quarantine.ts'
import { lookAround } from '../../../functions/notices/look.ts'
import type { Services } from '../../../functions/services.ts'
import type { Notice } from '../../../orchestrations/contracts/api.ts'
import type { RingState } from '../../../orchestrations/contracts/board.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { commanded, imported, serverAt } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const ring = RingNumber.parse(2)
let rig: Rig
let first: Awaited<ReturnType<typeof commanded>>
beforeEach(async () => {
  rig = await startRig()
  await imported(rig)
  first = await commanded(rig, 0)
})
afterEach(() => rig.close())

/** The next look of the timer: ten seconds later, when nothing is cached any more. */
async function look(services: Services = rig.services): Promise<void> {
  rig.time.wire += 10_000
  await lookAround(services)
}
const told = async (kind?: Notice['kind']): Promise<Notice[]> => {
  const { notices } = await rig.services.notices.page(1000, undefined, () => true)
  return notices.filter((one) => kind === undefined || one.kind === kind)
}
const about = () => ({
  campaignId: first.campaignId,
  clientId: first.clientId,
  ring,
  serverId: first.server.serverId,
  round: 0,
})
const unknown = () =>
  markUnknown(rig.services, { ...about(), step: 'inspect', reason: reason('noAnswer', { step: 'inspect' }) })
const needsOperator = () =>
  endServer(rig.services, {
    ...about(),
    end: { outcome: 'needsOperator', reason: reason('rollbackFailed'), updates: [], attempts: 1 },
  })
const ringBecomes = (state: RingState) =>
  rig.services.campaigns.changeRing(first.campaignId, ring, (row) => ({ ...row, state }))

test('While all goes well nobody is told anything', async () => {
  await look()
  await look()
  expect(await told()).toEqual([])
})

test('A server that needs an operator is told once, with host, client, ring, reason and the zone of its client', async () => {
  await needsOperator()
  await look()
  await look()
  expect(await told()).toMatchObject([
    {
      kind: 'needsOperator',
      serverId: first.server.serverId,
      host: first.server.host,
      clientId: first.clientId,
      ring: 2,
      zone: 'Europe/Paris',
      campaignName: 'November',
      reason: { code: 'rollbackFailed' },
    },
  ])
})

test('A server unknown for longer than the settings allow, in plan time, is told once', async () => {
  await unknown()
  await look()
  rig.time.plan += 15 * 60_000
  await look()
  expect(await told()).toEqual([])
  rig.time.plan += 1
  await look()
  await look()
  expect(await told('unknownLong')).toMatchObject([{ serverId: first.server.serverId }])
})

test('A ring that waits is told each time that it begins to, and a breaker by its own name', async () => {
  await ringBecomes({ kind: 'held', reason: 'looks odd', actor: 'anna' })
  await look()
  await look()
  await ringBecomes({ kind: 'running' })
  await look()
  await ringBecomes({ kind: 'held', reason: 'again', actor: 'anna' })
  await look()
  await ringBecomes({ kind: 'tripped', reason: reason('ringTripped', { failures: 3 }) })
  await look()
  expect(await told('ringWaits')).toMatchObject([
    { ring: 2, reason: { params: { reason: 'again' } } },
    { ring: 2, reason: { params: { reason: 'looks odd', actor: 'anna' } } },
  ])
  expect(await told('breakerTripped')).toMatchObject([{ reason: { params: { failures: 3 } } }])
})

test('A server in quarantine is told, again when it happens again, and what was trusted is looked at no more', async () => {
  const { serverId } = serverAt(12)
  const why = reason('keyUsedTwice', { message: 'two machines' })
  await quarantine(rig.services, serverId, why)
  await look()
  await look()
  await trustServer(rig.services, serverId, { actor: 'anna', reason: 'looked' })
  await look()
  await quarantine(rig.services, serverId, why)
  await look()
  const one = {
    serverId,
    host: serverAt(12).host,
    clientName: 'Client 0002',
    reason: { code: 'keyUsedTwice' },
  }
  expect(await told('quarantined')).toMatchObject([one, one])
  await trustServer(rig.services, serverId, { actor: 'anna', reason: 'looked' })
  rig.time.wire += 61_000
  await look()
  expect(await rig.services.notices.suspects()).toEqual([])
})

test('Stop and release are told with who and why, also when both came between two looks', async () => {
  await look()
  await rig.byName('stop', { who: 'anna', body: { reason: 'smoke' } })
  await look()
  await rig.byName('release', { who: 'paul', body: { reason: 'was toast' } })
  await look()
  await rig.byName('stop', { who: 'paul', body: { reason: 'again' } })
  await rig.byName('release', { who: 'anna', body: { reason: 'over' } })
  await look()
  await look()
  const reasons = (list: Notice[]) => list.map(({ reason: why }) => why?.params)
  expect(reasons(await told('stopRaised'))).toMatchObject([
    { actor: 'paul', reason: 'again' },
    { actor: 'anna', reason: 'smoke' },
  ])
  expect(reasons(await told('stopReleased'))).toMatchObject([
    { actor: 'anna', reason: 'over' },
    { actor: 'paul', reason: 'was toast' },
  ])
})

test('The end of a campaign is told once, after what happened last', async () => {
  await look()
  await needsOperator()
  await rig.services.campaigns.changeHead(first.campaignId, (head) => ({
    ...head,
    state: { kind: 'ended' },
    endedAt: rig.time.plan,
  }))
  await look()
  await look()
  expect((await told()).map(({ kind }) => kind).toSorted()).toEqual(['campaignEnded', 'needsOperator'])
  expect(await told('campaignEnded')).toMatchObject([{ reason: { params: { succeeded: 0, servers: 25 } } }])
})

test.each([
  ['between two looks', true],
  ['before the very first look', false],
])('A campaign that began and ended %s is told too, once', async (_, looked) => {
  const { campaigns } = rig.services
  const heads = await campaigns.heads()
  const all = (state: 'planned' | 'ended') =>
    Promise.all(
      heads.map(({ campaignId }) =>
        campaigns.changeHead(campaignId, (head) => ({
          ...head,
          state: { kind: state },
          ...(state === 'ended' ? { endedAt: rig.time.plan } : {}),
        })),
      ),
    )
  await all('planned')
  if (looked) await look()
  expect(await told()).toEqual([])
  rig.time.plan += 1_000
  await all('ended')
  rig.time.plan += 1_000
  await look()
  await look()
  expect(await told()).toMatchObject([{ kind: 'campaignEnded', campaignId: first.campaignId }])
})

test("ATLAS's own silence is told once it is back, with its beginning and its end", async () => {
  await look()
  const planAt = rig.time.plan
  rig.time.wire += 301_000
  await look()
  await look()
  expect((await told()).map(({ kind }) => kind).toSorted()).toEqual(['silence', 'silenceOver'])
  expect(await told('silence')).toMatchObject([{ reason: { params: { sinceAt: planAt } } }])
  expect(await told('silenceOver')).toMatchObject([{ reason: { params: { minutes: 5 } } }])
})

test('A campaign in which nothing moves although a server is under way is told, unless somebody stopped it', async () => {
  await rig.services.live.flush(first.campaignId, first.clientId)
  await look()
  rig.time.plan += 6 * 3_600_000
  for (let round = 0; round < 31; round++) await look()
  expect(await told()).toMatchObject([{ kind: 'silence', campaignId: first.campaignId }])
})

test('Clients without trouble are not read, and troubled ones only when they have changed', async () => {
  const read: string[] = []
  const services: Services = {
    ...rig.services,
    clients: {
      ...rig.services.clients,
      read: (clientId, needs, seen) => {
        read.push(clientId)
        return rig.services.clients.read(clientId, needs, seen)
      },
    },
  }
  await look(services)
  expect(read).toEqual([])
  await needsOperator()
  await look(services)
  await look(services)
  expect(read).toEqual([first.clientId])
})

test('A look that dies before it is remembered makes the same notices again, not others', async () => {
  await ringBecomes({ kind: 'gateHeld', reason: reason('successRateTooLow') })
  await needsOperator()
  const dies: Services = {
    ...rig.services,
    notices: { ...rig.services.notices, putWatch: () => Promise.reject(new Error('killed')) },
  }
  await expect(look(dies)).rejects.toThrow('killed')
  const before = await told()
  expect(before).toHaveLength(2)
  await look()
  expect(await told()).toEqual(before)
})

test('Without channels nothing waits to be sent; with one, it does', async () => {
  await needsOperator()
  await look()
  expect((await told())[0]?.deliveries).toEqual([])
  const settings = {
    ...rig.services.settings,
    ATLAS_WEBHOOK: { url: 'https://x.example/', secret: 'sixteen characters' },
  }
  await ringBecomes({ kind: 'gateHeld', reason: reason('successRateTooLow') })
  await look({ ...rig.services, settings })
  expect(await rig.services.notices.outbox('webhook')).toMatchObject([{ kind: 'ringWaits', attempts: 0 }])
})

test('How often something came is forgotten with its campaign, and not before', async () => {
  await ringBecomes({ kind: 'waitsForPromote' })
  await look()
  const times = async () => Object.keys((await rig.services.notices.watch())?.times ?? {})
  expect(await times()).toEqual([expect.stringContaining(first.campaignId)])
  await ringBecomes({ kind: 'running' })
  await look()
  expect(await times()).toHaveLength(1)
  await rig.services.campaigns.changeHead(first.campaignId, (head) => ({
    ...head,
    state: { kind: 'ended' },
    endedAt: rig.time.plan,
  }))
  await look()
  expect(await times()).toEqual([])
  expect(await told('campaignEnded')).toHaveLength(1)
})
