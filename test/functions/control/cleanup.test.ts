import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endServer } from '../../../functions/activities/servers.ts'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { cleanUp, closeCleanup, keepCheckpoint, openCleanup } from '../../../functions/control/cleanup.ts'
import type { Durable } from '../../../functions/services.ts'
import { CampaignId, CommandId, RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { CommandSpec } from '../../../orchestrations/steps/catalogue.ts'
import { asHost, beat, commanded, enrolled, imported, inventory, type Host } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const guests = inventory.servers.flatMap((server, index) => (server.runsOn ? [{ server, index }] : []))
const ring = RingNumber.parse(2)
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
let host: Host

/** A guest whose campaign has made a checkpoint; `keep`: how long it may stand. */
async function checkpointed(keepCheckpointMs: number): Promise<CommandSpec> {
  const [guest] = guests
  const on = inventory.servers.find(({ serverId }) => serverId === guest?.server.runsOn)
  if (!guest || !on) throw new Error('The inventory has no guest')
  world = await commanded(rig, guest.index)
  host = await enrolled(rig, on)
  await asHost(rig, host, 'heartbeat', beat())
  return issueCheckpoint('atlas-x', '.checkpoint.1', keepCheckpointMs)
}

async function issueCheckpoint(name: string, ending: string, keepCheckpointMs: number): Promise<CommandSpec> {
  const spec = world.specOf(1)
  const asked: CommandSpec = {
    ...spec,
    step: 'checkpoint',
    on: host.server.serverId,
    commandId: CommandId.parse(spec.commandId.replace('.inspect.1', ending)),
    task: { kind: 'checkpoint', params: { vm: world.server.host, name } },
    keepCheckpointMs,
  }
  expect(await issueCommand(rig.services, asked)).toMatchObject({ kind: 'open' })
  return asked
}

const partition = <T>(look: Parameters<typeof rig.services.clients.read<T>>[2]) =>
  rig.services.clients.read(world.clientId, {}, look)
const standing = () => partition((rows) => rows.checkpoints())
const lock = () => partition((rows) => rows.lock())
const endAs = async (outcome: OutcomeKind) => {
  const { campaignId, clientId, server } = world
  const end = { outcome, reason: reason('updated'), updates: [], attempts: 1 }
  await endServer(rig.services, { campaignId, clientId, ring, serverId: server.serverId, round: 0, end })
}
const freed = () =>
  rig.services.clients.transact(world.clientId, {}, (rows) => ({
    kind: 'write',
    rows: [{ rowKey: 'lock', value: { fence: rows.lock().fence } }],
    ledger: { actor: 'test', action: 'lock.released', object: 'test' },
    value: undefined,
  }))

/** Remembers what was started; every instance is as \`status\` says. */
function durableThat(status: string) {
  const started: { instanceId: string; input: { owner: CampaignId } }[] = []
  const durable: Durable = {
    ...rig.durable,
    getStatus: () => Promise.resolve({ runtimeStatus: status } as never),
    startNew: (_, options) => {
      started.push(options as never)
      return Promise.resolve('')
    },
  }
  return { durable, started }
}

beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  await checkpointed(-1)
})
afterAll(() => rig.close())
let spare = 0
let owner: CampaignId
beforeEach(() => {
  owner = CampaignId.parse(`cleanup-${spare++}`)
})

test('A checkpoint is in the books before its command is sent', async () => {
  expect(await standing()).toMatchObject([
    {
      name: 'atlas-x',
      serverId: world.server.serverId,
      host: world.server.host,
      campaignId: world.campaignId,
    },
  ])
})

test('A checkpoint that its host refused to make is out of the books again', async () => {
  const refused = await issueCheckpoint('atlas-y', '.checkpoint.9', -1)
  expect((await standing()).map(({ name }) => name)).toEqual(['atlas-x', 'atlas-y'])
  const { commandId } = refused
  const no = { type: 'refused', commandId, kind: 'checkpoint', at: 1, reason: 'busy', message: 'at work' }
  await asHost(rig, host, 'report', JSON.stringify({ reports: [no] }))
  expect((await standing()).map(({ name }) => name)).toEqual(['atlas-x'])
})

test('While a campaign holds the client, or the server waits for an operator, nothing is removed', async () => {
  const { durable, started } = durableThat('Running')
  await cleanUp(rig.services, durable)
  await endAs('needsOperator')
  await freed()
  await cleanUp(rig.services, durable)
  expect(started).toEqual([])
  expect(await openCleanup(rig.services, { clientId: world.clientId, owner })).toEqual({ kind: 'nothing' })
})

test('Once nobody needs it the clean-up has the lock, removes it, and gives the lock back', async () => {
  const { campaignId, clientId, server } = world
  await rig.services.clients.transact(clientId, { campaign: campaignId }, (rows) => {
    const run = rows.run(campaignId, server.serverId)
    if (!run) throw new Error('It has no place')
    const state = { kind: 'ended', outcome: 'succeeded', startedAt: 1, endedAt: 2 }
    return {
      kind: 'write',
      rows: [
        {
          rowKey: `run:${campaignId}:${String(run.order).padStart(5, '0')}:${run.serverId}`,
          value: { ...run, state },
        },
      ],
      ledger: { actor: 'anna', action: 'server.resolved', object: server.serverId },
      value: undefined,
    }
  })
  const { durable, started } = durableThat('Running')
  await cleanUp(rig.services, durable)
  const [begun] = started.map(({ input }) => input)
  if (!begun) throw new Error('Nothing was started')
  const input = { clientId, owner: begun.owner }

  const opened = await openCleanup(rig.services, input)
  expect(opened).toMatchObject({ kind: 'opened', checkpoints: [{ name: 'atlas-x' }] })
  expect(await openCleanup(rig.services, input)).toEqual(opened)
  expect(await openCleanup(rig.services, { clientId, owner })).toEqual({ kind: 'nothing' })
  expect(await lock()).toMatchObject({ owner: begun.owner })
  const heard = await asHost(rig, host, 'heartbeat', beat({ connected: false }))
  expect(heard.body).toHaveProperty('connect')

  const commandId = CommandId.parse(`${begun.owner}.c.${clientId}.release.1`)
  const spec: CommandSpec = {
    ...world.specOf(1),
    campaignId: begun.owner,
    step: 'release',
    on: host.server.serverId,
    commandId,
    fence: opened.kind === 'opened' ? opened.fence : 0,
    task: { kind: 'removeCheckpoint', params: { vm: server.host, name: 'atlas-x' } },
    instanceId: `${begun.owner}:c:${clientId}`,
    aside: true,
  }
  expect(await issueCommand(rig.services, spec)).toMatchObject({ kind: 'open' })
  const about = { commandId, kind: 'removeCheckpoint', at: 5, acceptedAt: 4 }
  const failed = {
    type: 'failed',
    ...about,
    failure: { code: 'x', message: 'disk in use', remedy: 'giveUp' },
  }
  await asHost(rig, host, 'report', JSON.stringify({ reports: [failed] }))
  expect(await standing()).toMatchObject([{ problem: { params: { message: 'disk in use' } } }])

  const second = { ...spec, attempt: 2, commandId: CommandId.parse(`${begun.owner}.c.${clientId}.release.2`) }
  await issueCommand(rig.services, second)
  const result = { name: 'atlas-x', merged: true }
  const done = { type: 'succeeded', ...about, commandId: second.commandId, result }
  await asHost(rig, host, 'report', JSON.stringify({ reports: [done] }))
  expect(await standing()).toEqual([])
  await closeCleanup(rig.services, rig.durable, input)
  expect(await lock()).not.toHaveProperty('owner')
})

test('The lock of a clean-up that died is taken back, that of one under way is not', async () => {
  await rig.services.clients.transact(world.clientId, {}, (rows) => ({
    kind: 'write',
    rows: [{ rowKey: 'lock', value: { owner, fence: rows.lock().fence + 1 } }],
    ledger: { actor: 'test', action: 'cleanup.started', object: owner },
    value: undefined,
  }))
  await cleanUp(rig.services, durableThat('Running').durable)
  expect(await lock()).toMatchObject({ owner })
  await cleanUp(rig.services, durableThat('Failed').durable)
  expect(await lock()).not.toHaveProperty('owner')
})

test('What can not be removed says why, and is not tried again at once', async () => {
  await rig.services.clients.transact(world.clientId, {}, () => ({
    kind: 'write',
    rows: [
      {
        rowKey: 'checkpoint:atlas-y',
        value: {
          name: 'atlas-y',
          serverId: world.server.serverId,
          host: world.server.host,
          on: host.server.serverId,
          campaignId: world.campaignId,
          createdAt: 1,
          dueAt: 2,
        },
      },
    ],
    ledger: { actor: 'test', action: 'command.issued', object: 'atlas-y' },
    value: undefined,
  }))
  const due = durableThat('Running')
  await cleanUp(rig.services, due.durable)
  expect(due.started).toHaveLength(1)
  await keepCheckpoint(rig.services, { clientId: world.clientId, name: 'atlas-y', message: 'lost' })
  expect(await standing()).toMatchObject([{ problem: { code: 'checkpointNotRemoved' } }])
  const later = durableThat('Running')
  await cleanUp(rig.services, later.durable)
  expect(later.started).toEqual([])
})
