import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { quarantine, trustServer } from '../../../functions/control/quarantine.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { CommandId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { asHost, beat, commanded, enrolled, imported, serverAt } from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(rig, 0)
})
afterAll(() => rig.close())

const says = async (sequence: number, more: object = {}) => {
  const body = beat({ journal: { id: 'journal-a', sequence }, ...more })
  const { status, body: answer } = await asHost(rig, world.host, 'heartbeat', body)
  expect(status).toBe(200)
  return answer
}
const up = { bootedAt: 10 ** 9 }
const row = () =>
  rig.services.clients.read(world.clientId, {}, (partition) => partition.server(world.server.serverId))
const restore = (attempt: number) => {
  const spec = world.specOf(attempt)
  return issueCommand(rig.services, {
    ...spec,
    step: 'restore',
    on: ServerId.parse(`${world.clientId}.host01`),
    commandId: CommandId.parse(spec.commandId.replace('.inspect.', '.restore.')),
    task: { kind: 'restoreCheckpoint', params: { vm: world.server.host, name: 'atlas-x' } },
  })
}

test('A guest that ATLAS itself sets back may come back with an older journal, once, and is told its fence', async () => {
  expect(await says(9)).not.toHaveProperty('fence')
  await restore(1)
  expect(await row()).toMatchObject({ restoring: { commandId: expect.stringContaining('.restore.1') } })
  expect(await says(4, up)).toMatchObject({ fence: 1 })
  expect(await row()).not.toHaveProperty('quarantined')
  expect(await row()).not.toHaveProperty('restoring')
})

test('Set back by others it is quarantined: it is kept from its queue and gets no command, until it is trusted', async () => {
  const answer = await says(1, up)
  expect(await row()).toMatchObject({ quarantined: { code: 'setBackByOthers' } })
  expect(answer).not.toHaveProperty('connect')
  expect(answer).toMatchObject({ quarantined: 'setBackByOthers' })
  expect(await issueCommand(rig.services, world.specOf(7))).toMatchObject({ kind: 'quarantined' })
  await says(1, up)
  await says(2, up)
  const ledger = await rig.services.history.read(world.clientId, 0, 10_000)
  expect(ledger.filter(({ action }) => action === 'server.quarantined')).toHaveLength(1)

  await trustServer(rig.services, world.server.serverId, { actor: 'anna', reason: 'restored by Bert' })
  await says(2, up)
  expect(await row()).not.toHaveProperty('quarantined')
  expect(await issueCommand(rig.services, world.specOf(7))).toMatchObject({ kind: 'open' })
})

test('Two machines with one key are found out when they take turns', async () => {
  const [boot, clone] = [{ bootedAt: 10 ** 10 }, { bootedAt: 2 * 10 ** 10 }]
  for (const [sequence, machine] of [
    [20, boot],
    [20, clone],
    [21, boot],
  ] as const)
    await says(sequence, machine)
  expect(await row()).toMatchObject({ quarantined: { code: 'keyUsedTwice' } })
})

test('Quarantined before its turn it is skipped, its client goes on, and it can be retried once it is trusted', async () => {
  const later = await startRig()
  onTestFinished(() => later.close())
  await imported(later)
  const second = await enrolled(later, serverAt(1))
  const first = await commanded(later, 0)
  await asHost(later, second, 'heartbeat', beat())
  const { campaignId, clientId } = first
  const { serverId } = second.server
  await quarantine(later.services, serverId, reason('keyUsedTwice'))
  const end = { outcome: 'succeeded', reason: reason('updated'), updates: [], attempts: 1 } as const
  const at = { campaignId, clientId, ring: RingNumber.parse(2) }
  await endServer(later.services, { ...at, serverId: first.server.serverId, round: 0, end })
  const turn = (name: string) => takeTurn(later.services, { ...at, pass: 0, turn: name })
  expect(await turn('0.2')).toEqual({ kind: 'finish' })
  const state = () =>
    later.services.clients.read(clientId, { campaign: campaignId }, (partition) => {
      return partition.run(campaignId, serverId)?.state
    })
  expect(await state()).toMatchObject({ outcome: 'skipped', reason: { code: 'quarantined' } })

  await trustServer(later.services, serverId, { actor: 'anna', reason: 'one machine only' })
  const retry = { who: 'anna', params: { serverId }, body: { reason: 'it is trusted' } } as const
  expect((await later.byName('retryServer', retry)).status).toBe(202)
  expect(await turn('0.3')).toMatchObject({ kind: 'start', server: { serverId } })
})

test('An agent that loses its journal right after its first commands is found out by what its reports said', async () => {
  const own = await startRig()
  onTestFinished(() => own.close())
  await imported(own)
  const { host, clientId, server, commandId, issue, specOf } = await commanded(own, 0)
  const mark = (id: string, sequence: number) => ({ journal: { id, sequence } })
  const ownRow = () =>
    own.services.clients.read(clientId, {}, (partition) => partition.server(server.serverId))
  const look = (id: CommandId) =>
    own.services.clients.read(clientId, { commands: [id] }, (partition) => partition.command(id))
  await asHost(own, host, 'heartbeat', beat(mark('journal-a', 0)))
  const accepted = { type: 'accepted', commandId, kind: 'inspect', at: Date.now() }
  const said = { reports: [accepted], ...mark('journal-a', 1), now: Date.now() }
  await asHost(own, host, 'report', JSON.stringify(said))
  const next = await issue(2)
  // It comes back without a journal, and knows nothing of the command that it may have carried out.
  const tombstone = { type: 'tombstone', commandId: next, at: Date.now() }
  const forgot = { reports: [tombstone], ...mark('journal-b', 0), now: Date.now() }
  await asHost(own, host, 'report', JSON.stringify(forgot))
  expect(await ownRow()).toMatchObject({ quarantined: { code: 'setBackByOthers' } })
  expect(await look(next)).toMatchObject({ end: { type: 'tombstone' } })
  expect(await issueCommand(own.services, specOf(3))).toMatchObject({ kind: 'quarantined' })
})
