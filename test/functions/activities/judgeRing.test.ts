import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { exactTally } from '../../../functions/activities/judgeRing.ts'
import { endCampaign } from '../../../functions/activities/rings.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { createClientStore } from '../../../functions/adapters/tables/clientStore.ts'
import { rowKeys } from '../../../functions/adapters/tables/rows.ts'
import { RingNumber, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { asHost, beat, commanded, enrolled, imported, running, serverAt } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const ring = RingNumber.parse(2)
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(rig, 0)
})
afterAll(() => rig.close())

/** Another process writes how the server ended, and dies before its client's line is on the board. */
async function endElsewhere(outcome: OutcomeKind): Promise<void> {
  const { campaignId, clientId, server } = world
  const { clocks } = rig.services
  const elsewhere = createClientStore({ table: rig.tables.Clients, clocks, random: () => 0 })
  await elsewhere.transact(clientId, { campaign: campaignId }, (partition) => {
    const run = partition.run(campaignId, server.serverId)
    if (!run) throw new Error('The server has no place')
    const state = { kind: 'ended', outcome, endedAt: 5, startedAt: 1, reason: reason('offline') }
    return {
      kind: 'write',
      rows: [
        { rowKey: rowKeys.run(campaignId, run.order, run.serverId), value: { ...run, state } },
        { rowKey: rowKeys.lock, value: { fence: 1 } },
      ],
      ledger: { actor: 'atlas', action: `server.${outcome}`, object: server.serverId },
      value: undefined,
    }
  })
}

const cells = async () =>
  (await rig.services.campaigns.clients(world.campaignId)).find((row) => row.clientId === world.clientId)
    ?.cells

test('A failure that another process wrote down and never showed counts when a gate is judged', async () => {
  await endElsewhere('failed')
  const tally = await exactTally(rig.services, world.campaignId, ring)
  expect(tally).toMatchObject({
    total: 25,
    running: 0,
    byOutcome: { failed: 1, notEnrolled: 9 },
    pending: 15,
  })
  expect(await cells()).toContain('f')
})

test('An end whose process died before judging it stands on the board once the step is repeated', async () => {
  await endElsewhere('rolledBack')
  const { campaignId, clientId, server } = world
  const end = { outcome: 'rolledBack', reason: reason('offline'), updates: [], attempts: 1 } as const
  await endServer(rig.services, { campaignId, clientId, ring, serverId: server.serverId, round: 0, end })
  expect(await cells()).toContain('b')
})

test('A campaign is not ended while a server that another process carried over waits for its window', async () => {
  await endElsewhere('carriedOver')
  expect(await endCampaign(rig.services, { campaignId: world.campaignId })).toMatchObject({
    kind: 'carryOver',
  })
})

test('A client that got another ring since the plan counts in the ring of the plan', async () => {
  const { campaignId } = await running(rig)
  const { clientId } = serverAt(0)
  await rig.services.clients.transact(clientId, {}, (partition) => ({
    kind: 'write',
    rows: [{ rowKey: rowKeys.config, value: { ...partition.config(), ring: 1 } }],
    ledger: { actor: 'anna', action: 'inventory.imported', object: 'x' },
    value: undefined,
  }))
  expect(await exactTally(rig.services, campaignId, ring)).toMatchObject({ total: 25, pending: 25 })
})

test('A failure that was accepted and then mended excuses no other one later, nor its own next one', async () => {
  const small = await startRig()
  onTestFinished(() => small.close())
  await imported(small)
  const hosts = await Promise.all([1, 2, 3].map((index) => enrolled(small, serverAt(index))))
  const settings = { breakerCount: 2, breakerShare: 0.01, onFailure: 'continue', topology: false }
  const { campaignId, clientId, server, host, commandId } = await commanded(small, 0, settings)
  const report = { type: 'tombstone', commandId, at: 5 }
  await asHost(small, host, 'report', JSON.stringify({ reports: [report] }))
  for (const host of hosts) await asHost(small, host, 'heartbeat', beat())
  let turns = 1
  const next = async () => {
    const turn = await takeTurn(small.services, { campaignId, clientId, ring, pass: 0, turn: `0.${++turns}` })
    if (turn.kind !== 'start') throw new Error(`The turn is ${turn.kind}`)
    return turn.server
  }
  const ends = (
    outcome: 'failed' | 'succeeded',
    { serverId, round }: { serverId: ServerId; round: number },
  ) =>
    endServer(small.services, {
      campaignId,
      clientId,
      ring,
      serverId,
      round,
      end: { outcome, reason: reason('commandFailed'), updates: [], attempts: 1 },
    })
  const retry = async (serverId: ServerId) => {
    const asked = { who: 'anna', params: { serverId }, body: { reason: 'again' } } as const
    expect((await small.byName('retryServer', asked)).status).toBe(202)
  }
  const state = async () => (await small.services.campaigns.ring(campaignId, ring)).state.kind
  const accept = () =>
    small.byName('promoteRing', {
      who: 'anna',
      params: { campaignId, ring: '2' },
      body: { reason: 'seen' },
    })

  await ends('failed', { serverId: server.serverId, round: 0 })
  expect(await state()).toBe('running')
  const second = await next()
  await ends('failed', second)
  expect(await state()).toBe('tripped')
  expect((await accept()).body).toMatchObject({ state: { kind: 'running' }, acknowledged: 2 })

  // One is mended; then one other failure is one, and the same server's next failure is the second.
  await retry(server.serverId)
  await ends('succeeded', await next())
  const third = await next()
  await ends('failed', third)
  expect(await small.services.campaigns.ring(campaignId, ring)).toMatchObject({
    state: { kind: 'running' },
    acknowledged: 1,
  })
  await retry(second.serverId)
  const again = await next()
  expect(again.serverId).toBe(second.serverId)
  await ends('failed', again)
  expect(await state()).toBe('tripped')
})

test('A ring that was held after its breaker tripped is tripped again once the hold is taken back', async () => {
  const small = await startRig()
  onTestFinished(() => small.close())
  await imported(small)
  const { campaignId, clientId, server } = await commanded(small, 0, { breakerCount: 1, breakerShare: 0.01 })
  await small.services.campaigns.changeRing(campaignId, ring, (row) => ({ ...row, startedAt: 1 }))
  const end = { outcome: 'failed', reason: reason('offline'), updates: [], attempts: 1 } as const
  await endServer(small.services, { campaignId, clientId, ring, serverId: server.serverId, round: 0, end })
  const params = { campaignId, ring: '2' }
  const ask = (name: string) => small.byName(name, { who: 'anna', params, body: { reason: 'looks odd' } })
  expect((await ask('resumeRing')).status).toBe(409)
  expect((await ask('holdRing')).body).toMatchObject({ state: { kind: 'held' } })
  expect((await ask('resumeRing')).body).toMatchObject({ state: { kind: 'tripped' } })
})
