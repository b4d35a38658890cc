import { afterAll, beforeAll, expect, test } from 'vitest'
import { peek } from '../../../functions/activities/peek.ts'
import { markUnknown } from '../../../functions/activities/servers.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { asHost, beat, commanded, enrolled, imported, inventory, type Host } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

const guest = inventory.servers.findIndex(({ runsOn }) => runsOn !== undefined)
let rig: Rig
let world: Awaited<ReturnType<typeof commanded>>
let host: Host
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  world = await commanded(rig, guest)
  const on = inventory.servers.find(({ serverId }) => serverId === world.server.runsOn)
  if (!on) throw new Error('The guest has no host')
  host = await enrolled(rig, on)
  await asHost(rig, host, 'heartbeat', beat())
  const { campaignId, clientId, server } = world
  const about = { campaignId, clientId, ring: RingNumber.parse(2), serverId: server.serverId, round: 0 }
  await markUnknown(rig.services, {
    ...about,
    step: 'inspect',
    reason: reason('noAnswer', { step: 'inspect' }),
  })
})
afterAll(() => rig.close())

const look = () => {
  const { campaignId, clientId, commandId } = world
  const subject = { kind: 'command', clientId, commandId, until: Number.MAX_SAFE_INTEGER } as const
  return peek(rig.services, { campaignId, subject, instanceId: 'wait' })
}
const run = () =>
  rig.services.clients.read(world.clientId, { campaign: world.campaignId }, (partition) =>
    partition.run(world.campaignId, world.server.serverId),
  )
const probeId = (count: number) => `${world.commandId}.probe.${count}`
const says = (count: number, result: object) => {
  const report = { type: 'succeeded', commandId: probeId(count), kind: 'probe', at: 5, acceptedAt: 4, result }
  return asHost(rig, host, 'report', JSON.stringify({ reports: [report] }))
}

test('An agent that is back is asked itself what became of the command', async () => {
  expect(await look()).toMatchObject({ kind: 'hold' })
  expect(rig.sent.at(-1)?.id).toContain(`inquire.${world.commandId}`)
})

test('A silent guest is asked about at its host, and what the host sees is why it is silent', async () => {
  const heard = await rig.services.heartbeats.last(world.server.serverId)
  if (!heard) throw new Error('It was never heard')
  await rig.services.heartbeats.record({ ...heard, at: 0, epoch: 99 })
  expect(await look()).toMatchObject({ kind: 'hold' })
  expect(rig.sent.at(-1)).toMatchObject({ id: probeId(1) })
  expect(await run()).toMatchObject({ state: { kind: 'unknown', reason: { code: 'noAnswer' } } })
  await says(1, { power: 'on', heartbeat: 'lost', answers: false })
  expect(await run()).toMatchObject({
    state: { kind: 'unknown', reason: { code: 'machineHung', params: { by: host.server.host } } },
    command: { commandId: world.commandId },
  })
})

test('It is asked again at the next look, and a probe that nobody answers holds up nothing', async () => {
  await look()
  expect(rig.sent.at(-1)).toMatchObject({ id: probeId(2) })
  const report = { type: 'tombstone', commandId: world.commandId, at: 5 }
  await asHost(rig, world.host, 'report', JSON.stringify({ reports: [report] }))
  expect(await look()).toEqual({ kind: 'go' })
})
