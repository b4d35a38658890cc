import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { trustServer } from '../../../functions/control/quarantine.ts'
import { CommandId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, commanded, imported } from './agentRig.ts'
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
