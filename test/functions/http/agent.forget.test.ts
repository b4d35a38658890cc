import { beforeEach, describe, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { createClientStore } from '../../../functions/adapters/tables/clientStore.ts'
import { enrolledKey } from '../../../functions/http/agent/enrolledKeys.ts'
import { quarantine } from '../../../functions/control/quarantine.ts'
import { putRun, runOf } from '../../../functions/activities/runs.ts'
import { CommandId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { RunState } from '../../../orchestrations/domain/outcomes.ts'
import {
  asHost,
  beat,
  commanded,
  enrolBody,
  enrolled,
  imported,
  newHost,
  serverAt,
  tokenFor,
  type Host,
} from './agentRig.ts'
import { startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await imported(rig)
  return () => rig.close()
})

const forget = (serverId: string, who: Who = 'anna', body: object = { reason: 'new disk' }) =>
  rig.byName('forgetAgent', { who, params: { serverId }, body })
const enrolAgain = async (host: Host) =>
  rig.askAgent('enrol', enrolBody(host, await tokenFor(rig, host.server.clientId)))
const statusOf = async (host: Host, body = beat()) => (await asHost(rig, host, 'heartbeat', body)).status
const rowOf = ({ server: { clientId, serverId } }: Host) =>
  rig.services.clients.read(clientId, {}, (partition) => partition.server(serverId))

type World = Awaited<ReturnType<typeof commanded>>

async function setState({ clientId, campaignId, server }: World, state: RunState): Promise<void> {
  await rig.services.clients.transact(clientId, { campaign: campaignId }, (partition) => ({
    kind: 'write',
    rows: [putRun({ ...runOf(partition, campaignId, server.serverId), state })],
    ledger: { actor: 'test', action: 'test', object: server.serverId },
    value: undefined,
  }))
}

/** Of a machine that will never answer: an operator has said what became of it. */
async function resolved(world: World): Promise<void> {
  const silent = reason('agentSilent')
  await setState(world, { kind: 'unknown', step: 'inspect', since: 1, startedAt: 1, reason: silent })
  const params = { serverId: world.server.serverId }
  const body = { outcome: 'failed', reason: 'its disk is dead' }
  const answer = await rig.byName('resolveServer', { who: 'anna', params, body })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer))
}

const commandOf = async ({ clientId, commandId }: World) => {
  const row = await rig.services.clients.read(clientId, { commands: [commandId] }, (partition) =>
    partition.command(commandId),
  )
  if (!row) throw new Error(`${commandId} is not stored`)
  return row
}

describe('A host that lost its key', () => {
  test('is refused until its agent is forgotten; then its new key is taken and the old one is void', async () => {
    const old = await enrolled(rig, serverAt(0))
    expect(await statusOf(old)).toBe(200)
    const rebuilt = newHost(old.server)
    expect(await enrolAgain(rebuilt)).toMatchObject({
      status: 409,
      body: { fix: expect.stringContaining('atlas server forget') },
    })
    expect(await forget(old.server.serverId)).toMatchObject({ status: 200 })
    expect(await statusOf(old)).toBe(401)
    expect((await asHost(rig, old, 'report', '{}')).status).toBe(401)
    expect((await enrolAgain(rebuilt)).status).toBe(201)
    expect([await statusOf(old), await statusOf(rebuilt)]).toEqual([401, 200])
    const { clientId, serverId } = old.server
    const lines = await rig.services.history.read(clientId, 0, 1000)
    expect(lines.filter(({ action }) => action === 'agent.forgotten')).toMatchObject([
      { actor: 'anna', object: serverId, detail: { reason: 'new disk' } },
    ])
  })

  test('isn’t quarantined for the journal of the machine that it replaces', async () => {
    const old = await enrolled(rig, serverAt(0))
    await statusOf(old, beat({ journal: { id: 'journal-a', sequence: 40 } }))
    await quarantine(rig.services, old.server.serverId, reason('keyUsedTwice'))
    await forget(old.server.serverId)
    const rebuilt = newHost(old.server)
    await enrolAgain(rebuilt)
    await statusOf(rebuilt, beat({ bootedAt: 10 ** 9, journal: { id: 'journal-b', sequence: 0 } }))
    await statusOf(rebuilt, beat({ bootedAt: 10 ** 9, journal: { id: 'journal-b', sequence: 1 } }))
    expect(await rowOf(rebuilt)).not.toHaveProperty('quarantined')
  })

  test('has another queue: whoever still listens with the old key’s access hears nothing', async () => {
    const world = await commanded(rig, 0)
    const before = rig.sent.at(-1)?.queue
    await resolved(world)
    await forget(world.server.serverId)
    const rebuilt = newHost(world.server)
    await enrolAgain(rebuilt)
    const answer = await asHost(rig, rebuilt, 'heartbeat', beat({ open: [world.commandId] }))
    const { queue } = answer.body['connect'] as { queue: string }
    expect(queue).not.toBe(before)
    expect(before?.startsWith(queue)).toBe(false)
    expect(queue.startsWith(before ?? '')).toBe(false)
  })

  test('gets its commands on the new queue', async () => {
    const { server } = await enrolled(rig, serverAt(0))
    await forget(server.serverId)
    await commanded(rig, 0)
    expect(rig.sent.at(-1)).toMatchObject({ to: server.serverId, queue: `host-2_${server.serverId}` })
  })
})

describe('An agent is not forgotten', () => {
  test('without a reason, by an observer, or by an operator of other clients', async () => {
    const host = await enrolled(rig, serverAt(10))
    const { serverId } = host.server
    expect((await forget(serverId, 'anna', {})).status).toBe(400)
    expect((await forget(serverId, 'olga')).status).toBe(403)
    expect((await forget(serverId, 'sam')).status).toBe(404)
    expect(await statusOf(host)).toBe(200)
  })

  test('when there is none, or no such server', async () => {
    expect((await forget(serverAt(0).serverId)).status).toBe(409)
    expect((await forget(`${serverAt(0).clientId}.nobody`)).status).toBe(404)
  })

  test('while its server is under way', async () => {
    const world = await commanded(rig, 0)
    const answer = await forget(world.server.serverId)
    expect(answer).toMatchObject({
      status: 409,
      body: {
        detail: expect.stringContaining(world.server.serverId),
        fix: expect.stringContaining('resolve'),
      },
    })
    expect(await statusOf(world.host)).toBe(200)
  })

  test('while it works for another server under way, as a Hyper-V host does', async () => {
    const world = await commanded(rig, 0)
    const on = await enrolled(rig, serverAt(1))
    const spec = world.specOf(2)
    await issueCommand(rig.services, {
      ...spec,
      step: 'checkpoint',
      on: on.server.serverId,
      commandId: CommandId.parse(spec.commandId.replace('.inspect.', '.checkpoint.')),
      task: { kind: 'checkpoint', params: { vm: world.server.host, name: 'atlas-x' } },
    })
    expect(await forget(on.server.serverId)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(world.server.serverId) },
    })
  })
})

test('What nobody can end any more ends as interrupted with the agent, so that its client can be unlocked', async () => {
  const world = await commanded(rig, 0)
  const { clientId, server } = world
  await resolved(world)
  const unlock = () =>
    rig.byName('unlockClient', { who: 'anna', params: { clientId }, body: { reason: 'disk is dead' } })
  expect((await unlock()).status).toBe(409)
  expect((await forget(server.serverId)).status).toBe(200)
  expect((await commandOf(world)).end).toMatchObject({ type: 'interrupted' })
  expect((await unlock()).status).toBe(200)
})

test('Another process believes the old key for a minute at most, and takes the new one at once', async () => {
  const { clocks } = rig.services
  const clients = createClientStore({ table: rig.tables.Clients, clocks, random: () => 0 })
  const elsewhere = { ...rig.services, clients }
  const old = await enrolled(rig, serverAt(0))
  const { serverId } = old.server
  expect(await enrolledKey(elsewhere, serverId)).toMatchObject(old.publicKey)
  await forget(serverId)
  const rebuilt = newHost(old.server)
  await enrolAgain(rebuilt)
  rig.time.wire += 3_000
  expect(await enrolledKey(elsewhere, serverId, { afresh: true })).toMatchObject(rebuilt.publicKey)
  await forget(serverId)
  rig.time.wire += 61_000
  expect(await enrolledKey(elsewhere, serverId)).toBeUndefined()
})
