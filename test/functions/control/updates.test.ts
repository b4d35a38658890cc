import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  blockUpdate,
  listUpdates,
  noteFailedUpdate,
  unblockUpdate,
} from '../../../functions/control/updates.ts'
import { quarantine, trustServer } from '../../../functions/control/quarantine.ts'
import { CampaignId, fleetLedger, ServerId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { imported, serverAt } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

const failure = (kb: string, server: string) => ({
  kb,
  title: 'Cumulative update',
  campaignId: CampaignId.parse('camp'),
  serverId: ServerId.parse(server),
  at: 5,
})
const lineOf = async (kb: string) => (await listUpdates(rig.services)).find((line) => line.kb === kb)
const audited = async (kb: string) =>
  (await rig.services.history.read(fleetLedger, 0, 1_000)).filter(({ object }) => object === kb)

test('A KB that an operator blocks is blocked everywhere at once, and again allowed when it is unblocked', async () => {
  const by = { actor: 'anna', reason: 'printers stop' }
  await blockUpdate(rig.services, 'KB5000001', by)
  expect(await rig.services.updates.blocked()).toMatchObject(new Map([['KB5000001', by]]))
  expect(await lineOf('KB5000001')).toMatchObject({ succeeded: 0, failed: 0, blocked: by })
  await unblockUpdate(rig.services, 'KB5000001', { actor: 'bert', reason: 'driver mended' })
  expect((await rig.services.updates.blocked()).size).toBe(0)
  expect(await audited('KB5000001')).toMatchObject([
    { actor: 'anna', action: 'update.blocked' },
    { actor: 'bert', action: 'update.unblocked' },
  ])
})

test('A KB that fails at three clients at one moment is blocked by ATLAS, which writes it down first', async () => {
  const servers = ['a.srv01', 'b.srv01', 'c.srv01', 'a.srv02']
  await Promise.all(servers.map((server) => noteFailedUpdate(rig.services, failure('KB5000002', server), 3)))
  await noteFailedUpdate(rig.services, failure('KB5000002', 'a.srv01'), 3)
  const [record] = (await rig.services.updates.list()).filter(({ kb }) => kb === 'KB5000002')
  expect(record?.failures).toHaveLength(4)
  expect(await lineOf('KB5000002')).toMatchObject({ blocked: { actor: 'atlas' } })
  expect(await audited('KB5000002')).toMatchObject([{ actor: 'atlas', action: 'update.blocked' }])
})

test('A quarantine is written down with its reason, once, and ends when somebody trusts the server', async () => {
  const { serverId, clientId } = serverAt(0)
  const why = reason('keyUsedTwice')
  expect(await quarantine(rig.services, serverId, why)).toBe(true)
  expect(await quarantine(rig.services, serverId, why)).toBe(false)
  const quarantined = () =>
    rig.services.clients.read(clientId, {}, (partition) => partition.server(serverId)?.quarantined)
  expect(await quarantined()).toEqual(why)
  expect(await trustServer(rig.services, serverId, { actor: 'anna', reason: 'the clone is gone' })).toBe(true)
  expect(await quarantined()).toBeUndefined()
  expect(await trustServer(rig.services, serverId, { actor: 'anna', reason: '' })).toBe(false)
})
