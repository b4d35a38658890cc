import { expect, onTestFinished, test } from 'vitest'
import { startRing } from '../../../functions/activities/rings.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, enrolled, inventory, running, serverAt } from '../http/agentRig.ts'
import { startRig } from '../http/rig.ts'

test('A turn brings the probes that its plan froze, whatever the inventory says meanwhile', async () => {
  const rig = await startRig()
  onTestFinished(() => rig.close())
  const { runsOn: _, ...server } = serverAt(1)
  const imported = async (port: number) => {
    const servers = [{ ...server, kind: 'physical' as const, probes: [{ type: 'tcp' as const, port }] }]
    const csv = writeInventoryCsv({ ...inventory, servers })
    expect(await rig.byName('importInventory', { who: 'anna', body: csv })).toMatchObject({ status: 200 })
  }
  await imported(1433)
  const { campaignId } = await running(rig)
  await asHost(rig, await enrolled(rig, server), 'heartbeat', beat())
  await imported(5432)
  const ring = RingNumber.parse(2)
  await startRing(rig.services, { campaignId, ring })
  const { clientId } = server
  const turn = await takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn: '0.1' })
  expect(turn).toMatchObject({ kind: 'start', server: { probes: [{ type: 'tcp', port: 1433 }] } })
})
