import { afterAll, beforeAll, expect, test } from 'vitest'
import { approvalFor, prove } from '../../../functions/activities/proof.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { campaignPlan, type CampaignPlan } from '../../../functions/activities/turnFacts.ts'
import { blockUpdate, listUpdates } from '../../../functions/control/updates.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind, UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { commanded, imported } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const [first, second, third] = [0, 1, 2].map((ring) => RingNumber.parse(ring)) as [
  RingNumber,
  RingNumber,
  RingNumber,
]
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
let plan: CampaignPlan
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(rig, 0)
  const found = await campaignPlan(rig.services, world.campaignId, world.clientId)
  if (!found) throw new Error('There is no plan')
  plan = { ...found, rings: [first, second, third], updates: { ids: ['kb1'], categories: ['definition'] } }
})
afterAll(() => rig.close())

const approval = (ring: RingNumber, changes: Partial<CampaignPlan> = {}) =>
  approvalFor(rig.services, world.campaignId, ring, { ...plan, ...changes })
const result = (kb: string, how: UpdateResult['result']): UpdateResult => ({
  id: kb.toLowerCase(),
  kb,
  title: kb,
  result: how,
})

test('The first ring gets what the plan approves; the next one only what the one before has proven', async () => {
  expect(await approval(first)).toEqual({ named: ['kb1'], categories: ['definition'], blocked: [] })
  expect(await approval(second)).toMatchObject({ proven: [] })
  await prove(rig.services, world.campaignId, first, ['kb1'])
  await prove(rig.services, world.campaignId, first, ['kb1', 'kb2'])
  await prove(rig.services, world.campaignId, second, ['kb3'])
  expect(await approval(second)).toMatchObject({ proven: ['kb1', 'kb2'] })
  expect(await approval(third)).toMatchObject({ proven: ['kb1', 'kb2', 'kb3'] })
})

test('Nothing has to be proven where the settings say so, nor for taking an update off', async () => {
  const settings = { ...plan.settings, requireProof: false }
  expect(await approval(third, { settings })).not.toHaveProperty('proven')
  expect(await approval(third, { purpose: 'remove' })).toEqual({
    named: ['kb1'],
    categories: [],
    blocked: [],
  })
})

test('What is blocked is known to the next server that starts', async () => {
  await blockUpdate(rig.services, 'KB5000009', { actor: 'anna', reason: 'printers' })
  expect(await approval(first)).toMatchObject({ blocked: ['KB5000009'] })
})

test('An end counts each of its updates once, however often it is told, and says where one failed', async () => {
  const { campaignId, clientId, server } = world
  const ring = RingNumber.parse(2)
  const updates = [result('KB5000001', 'succeeded'), result('KB5000002', 'failed')]
  const outcome: OutcomeKind = 'failed'
  const end = {
    outcome,
    reason: reason('commandFailed'),
    updates,
    attempts: 1,
    notes: [reason('backupWaived')],
  }
  for (const _ of [1, 2]) {
    void _
    await endServer(rig.services, { campaignId, clientId, ring, serverId: server.serverId, round: 0, end })
  }
  const lines = (await listUpdates(rig.services)).filter(({ kb }) => kb < 'KB5000009')
  expect(lines).toMatchObject([
    { kb: 'KB5000001', succeeded: 1, failed: 0, clients: 1, clientsFailed: 0 },
    { kb: 'KB5000002', succeeded: 0, failed: 1, clients: 1, clientsFailed: 1 },
  ])
  expect((await listUpdates(rig.services, { campaignId })).map(({ kb }) => kb)).toContain('KB5000001')
  const [record] = await rig.services.updates.list()
  expect(record).toMatchObject({ kb: 'KB5000002', failures: [{ serverId: server.serverId }] })
  const run = await rig.services.clients.read(clientId, { campaign: campaignId }, (partition) =>
    partition.run(campaignId, server.serverId),
  )
  expect(run?.notes).toEqual([{ code: 'backupWaived' }])
})
