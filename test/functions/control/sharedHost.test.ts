import { expect, test } from 'vitest'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { asHost, beat, enrolled, inventory, running, serverAt } from '../http/agentRig.ts'
import { until } from '../../infra/local/durable/harness.ts'
import { startHubRig } from './hubRig.ts'

test('Two clients on one host: a whole campaign does the host after the guests of both, and ends', async () => {
  const { rig, hub, working, log, finish } = await startHubRig()
  const host = serverAt(0)
  const guests = [serverAt(1), serverAt(11)].map((guest) => ({ ...guest, runsOn: host.serverId }))
  const csv = writeInventoryCsv({
    clients: inventory.clients.slice(0, 2),
    servers: [host, ...guests],
  })
  await rig.byName('importInventory', { who: 'anna', body: csv })
  for (const server of [host, ...guests]) await asHost(rig, await enrolled(rig, server), 'heartbeat', beat())
  const { campaignId } = await running(rig)
  const [own, other] = guests.map(({ serverId }) => serverId)

  await until(() => working().length === 2)
  expect(working()).toEqual([own, other])
  finish(own ?? '', 'succeeded')
  // Its own guest is back; the other client's isn't: the host's client says what it waits for.
  const waitsFor = () => rig.services.live.holdOf(campaignId, host.clientId)?.reason.code
  await until(() => waitsFor() === 'waitsForOtherClients')
  expect(working()).toEqual([other])
  finish(other ?? '', 'succeeded')
  await until(() => working().includes(host.serverId))
  finish(host.serverId, 'succeeded')
  await until(() => hub.engine.getStatus(campaignId)?.runtimeStatus === 'Completed')
  expect((await rig.services.campaigns.head(campaignId))?.state).toEqual({ kind: 'ended' })
  expect(log).toHaveLength(3)
  expect(log.at(-1)).toBe(host.serverId)
}, 60_000)
