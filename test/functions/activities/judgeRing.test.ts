import { afterAll, beforeAll, expect, test } from 'vitest'
import { exactTally } from '../../../functions/activities/judgeRing.ts'
import { endCampaign } from '../../../functions/activities/rings.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { createClientStore } from '../../../functions/adapters/tables/clientStore.ts'
import { rowKeys } from '../../../functions/adapters/tables/rows.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { commanded, imported, running, serverAt } from '../http/agentRig.ts'
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
