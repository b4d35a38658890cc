import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { startRing } from '../../../functions/activities/rings.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { asHost, commanded, imported, running } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

/** Durable runs an activity at least once: each of these runs again after its answer was lost. */
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
const ring = RingNumber.parse(2)
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(rig, 0)
})
afterAll(() => rig.close())

const ledger = () => rig.services.history.read(world.clientId, 0, 10_000)
const turn = (name: string) => {
  const { campaignId, clientId } = world
  return takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn: name })
}

test('A turn that is taken again starts the same server under the same fence, and writes nothing', async () => {
  const before = await ledger()
  const again = await turn('0.1')
  expect(again).toMatchObject({ kind: 'start', server: { serverId: world.server.serverId, fence: 1 } })
  expect(await ledger()).toEqual(before)
})

test('A turn says until when its server may be begun: the end of its window less its 95th percentile and the rollback reserve', async () => {
  const again = await turn('0.1')
  if (again.kind !== 'start') throw new Error('it starts nothing')
  const { windowEnd, latestStart, settings } = again.server
  if (windowEnd === undefined || latestStart === undefined) throw new Error('it says no bounds')
  const minutes = settings.serverMinutes.p95 + settings.rollbackReserveMinutes
  expect(windowEnd - latestStart).toBe(minutes * 60_000)
})

test('Another turn starts no second server while the first is under way', async () => {
  expect(await turn('0.2')).toEqual({ kind: 'hold' })
})

test('A command that is issued again is the same one: one row, and the same bytes sent', async () => {
  const sent = () => rig.sent.filter(({ id }) => id === world.commandId).map(({ jws }) => jws)
  const before = await ledger()
  await world.issue(1)
  expect(await ledger()).toEqual(before)
  expect(sent()).toHaveLength(2)
  expect(new Set(sent()).size).toBe(1)
})

test('A command under another fence is not issued: nothing is stored, nothing sent', async () => {
  const [before, sent] = [await ledger(), rig.sent.length]
  const spec = { ...world.specOf(2), fence: 9 }
  expect(await issueCommand(rig.services, spec)).toEqual({ kind: 'fenced', fence: 1 })
  expect(await ledger()).toEqual(before)
  expect(rig.sent).toHaveLength(sent)
})

test('A command carries the end of its window for its agent to heed, where that comes before its own bound', async () => {
  const bodies = () =>
    rig.sent.map(
      ({ jws }) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as unknown,
    )
  const windowEnd = rig.services.clocks.plan() + 60_000
  await issueCommand(rig.services, { ...world.specOf(3), notAfter: windowEnd })
  expect(bodies().at(-1)).toMatchObject({ notAfter: windowEnd })
  const never = windowEnd + 365 * 24 * 3_600_000
  await issueCommand(rig.services, { ...world.specOf(4), notAfter: never })
  expect(bodies().at(-1)).not.toMatchObject({ notAfter: never })
})

test('A command that has ended is answered with its end and not sent again', async () => {
  const { host, commandId } = world
  const report = { type: 'tombstone', commandId, at: 5 }
  await asHost(rig, host, 'report', JSON.stringify({ reports: [report] }))
  const sent = rig.sent.length
  expect(await issueCommand(rig.services, world.specOf(1))).toEqual({
    kind: 'ended',
    end: { kind: 'tombstone' },
  })
  expect(rig.sent).toHaveLength(sent)
})

test('A ring that is started again after somebody held it stays held', async () => {
  const { campaignId, params } = await running(rig)
  await rig.byName('holdRing', { who: 'anna', params: { ...params, ring: '2' }, body: { reason: 'wait' } })
  await startRing(rig.services, { campaignId, ring })
  expect(await rig.services.campaigns.ring(campaignId, ring)).toMatchObject({
    state: { kind: 'held', reason: 'wait' },
    startedAt: expect.any(Number),
  })
})
