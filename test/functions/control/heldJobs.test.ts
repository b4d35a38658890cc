import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { cleanUp, closeCleanup, keepJobs, openCleanup } from '../../../functions/control/cleanup.ts'
import { standingFacts } from '../../../functions/control/standing.ts'
import type { Durable } from '../../../functions/services.ts'
import type { Task } from '../../../orchestrations/contracts/tasks.ts'
import { CampaignId, CommandId, RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { CommandSpec } from '../../../orchestrations/steps/catalogue.ts'
import { asHost, beat, commanded, enrolled, imported, inventory, type Host } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const ring = RingNumber.parse(2)
const nightly = { id: 'job', name: 'Nightly' }
const weekly = { id: 'weekly', name: 'Weekly' }
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
let backup: Host
let attempt = 0

beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(
    rig,
    inventory.servers.findIndex(({ runsOn }) => runsOn !== undefined),
  )
  // Any other machine of the client may be its backup server.
  const other = inventory.servers.find(({ serverId }) => serverId === world.server.runsOn)
  if (!other) throw new Error('It has no neighbour')
  backup = await enrolled(rig, other)
  await asHost(rig, backup, 'heartbeat', beat())
})
afterAll(() => rig.close())

const partition = <T>(look: Parameters<typeof rig.services.clients.read<T>>[2]) =>
  rig.services.clients.read(world.clientId, {}, look)
const standing = () => partition((rows) => rows.heldJobs())
/** A moment later: lists are as old as that. */
const open = async () => {
  rig.time.wire += 2_100
  const answer = await rig.byName('listTodo', { who: 'anna' })
  return (answer.body['items'] as { kind: string }[]).filter(({ kind }) => kind === 'jobHeld')
}

const taskOf = {
  holdJobs: { kind: 'holdJobs', params: { target: 'SRV', waitMinutes: 0 } },
  releaseJobs: { kind: 'releaseJobs', params: { target: 'SRV', jobs: ['job'] } },
} as const satisfies Record<string, Task>

function specOf(kind: keyof typeof taskOf, changes: Partial<CommandSpec> = {}): CommandSpec {
  const spec = world.specOf(++attempt)
  return {
    ...spec,
    step: kind,
    on: backup.server.serverId,
    commandId: CommandId.parse(spec.commandId.replace('.inspect.', `.${kind}.`)),
    task: taskOf[kind],
    ...(kind === 'holdJobs' ? { holds: [nightly] } : {}),
    ...changes,
  }
}

async function commandedAndSaid(kind: keyof typeof taskOf, said: object, changes: Partial<CommandSpec> = {}) {
  const spec = specOf(kind, changes)
  expect(await issueCommand(rig.services, spec)).toMatchObject({ kind: 'open' })
  const report = { commandId: spec.commandId, kind, at: 5, acceptedAt: 4, ...said }
  const answer = await asHost(rig, backup, 'report', JSON.stringify({ reports: [report] }))
  expect(answer.body).toMatchObject({ results: [{ verdict: 'recorded' }] })
}

const heldNow = (...held: readonly object[]) => ({ type: 'succeeded', result: { held, running: [] } })
const released = { type: 'succeeded', result: { released: [nightly], missing: [] } }
const failed = { type: 'failed', failure: { code: 'x', message: 'Veeam is busy', remedy: 'giveUp' } }

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

test('Jobs are in the books before the command that holds them is sent, with what may be held', async () => {
  await issueCommand(rig.services, specOf('holdJobs'))
  expect(await standing()).toMatchObject([
    { serverId: world.server.serverId, on: backup.server.serverId, jobs: [nightly] },
  ])
  expect(await open()).toEqual([])
})

test('A further hold adds to what stands, and what the backup server says of it counts', async () => {
  await commandedAndSaid('holdJobs', heldNow(nightly, weekly), { holds: [weekly] })
  expect(await standing()).toMatchObject([{ jobs: [nightly, weekly] }])
})

test('A release that fails is written down and asks for somebody; one that is confirmed takes them out', async () => {
  await commandedAndSaid('releaseJobs', failed)
  expect(await open()).toMatchObject([
    {
      serverId: world.server.serverId,
      reason: {
        code: 'jobHeld',
        params: {
          server: backup.server.host,
          host: world.server.host,
          job: 'Nightly, Weekly',
          message: 'Veeam is busy',
        },
      },
    },
  ])
  await commandedAndSaid('releaseJobs', released)
  expect(await standing()).toEqual([])
})

test('What was never begun, or holds nothing, is out of the books again', async () => {
  await commandedAndSaid('holdJobs', { type: 'refused', reason: 'busy', message: 'later' })
  expect(await standing()).toEqual([])
  await commandedAndSaid('holdJobs', heldNow())
  expect(await standing()).toEqual([])
})

test('A refusal says nothing of what was held before; nor does an interruption', async () => {
  await commandedAndSaid('holdJobs', heldNow(nightly))
  await commandedAndSaid('holdJobs', { type: 'refused', reason: 'busy', message: 'later' })
  await commandedAndSaid('holdJobs', { type: 'interrupted', message: 'the agent died' })
  expect(await standing()).toMatchObject([{ jobs: [nightly] }])
})

test('Jobs still held when their server’s story ends ask for somebody', async () => {
  await endAs('needsOperator')
  expect(await open()).toMatchObject([{ reason: { code: 'jobHeld', params: { job: 'Nightly' } } }])
  const [facts] = (await standingFacts(rig.services)).filter(({ clientId }) => clientId === world.clientId)
  expect(facts?.jobsLeft).toHaveLength(1)
})

test('Once no campaign holds the client the clean-up releases them, also of a server that needs an operator', async () => {
  const started: { input: { owner: CampaignId } }[] = []
  const durable: Durable = {
    ...rig.durable,
    getStatus: () => Promise.resolve({ runtimeStatus: 'Running' } as never),
    startNew: (_, options) => {
      started.push(options as never)
      return Promise.resolve('')
    },
  }
  await cleanUp(rig.services, durable)
  expect(started).toEqual([])
  await freed()
  await cleanUp(rig.services, durable)
  const owner = started[0]?.input.owner
  if (!owner) throw new Error('Nothing was started')
  const input = { clientId: world.clientId, owner }
  const opened = await openCleanup(rig.services, input)
  if (opened.kind !== 'opened') throw new Error(opened.kind)
  expect(opened).toMatchObject({ checkpoints: [], jobs: [{ on: backup.server.serverId, jobs: [nightly] }] })
  expect(await openCleanup(rig.services, input)).toEqual(opened)
  const heard = await asHost(rig, backup, 'heartbeat', beat({ connected: false }))
  expect(heard.body).toHaveProperty('connect')

  const about = { clientId: world.clientId, serverId: world.server.serverId, on: backup.server.serverId }
  await keepJobs(rig.services, { ...about, message: 'lost' })
  expect(await standing()).toMatchObject([{ problem: { params: { message: 'lost' } } }])
  const other = CampaignId.parse('cleanup-other')
  expect(await openCleanup(rig.services, { ...input, owner: other })).toEqual({ kind: 'nothing' })

  await commandedAndSaid('releaseJobs', released, {
    campaignId: owner,
    fence: opened.fence,
    commandId: CommandId.parse(`${owner}.c.${world.clientId}.releaseJobs.1`),
    instanceId: `${owner}:c:${world.clientId}`,
    aside: true,
  })
  expect(await standing()).toEqual([])
  await closeCleanup(rig.services, rig.durable, input)
  expect(await open()).toEqual([])
})
