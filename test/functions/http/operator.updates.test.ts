import { afterAll, beforeAll, expect, test } from 'vitest'
import { TodoList, UpdateList } from '../../../orchestrations/contracts/api.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { quarantine } from '../../../functions/control/quarantine.ts'
import { imported, serverAt } from './agentRig.ts'
import { startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

const kb = 'KB5031364'
const ask = (name: string, who: Who = 'anna', body: object = { reason: 'breaks printing' }, named = kb) =>
  rig.byName(name, { who, params: { kb: named }, body })
const listed = async (who: Who = 'olga') =>
  UpdateList.parse((await rig.byName('listUpdates', { who })).body).updates
const kinds = async () =>
  TodoList.parse((await rig.byName('listTodo', { who: 'olga' })).body).items.map(({ kind }) => kind)

test('A KB is blocked with reason and actor, stands in the list of what is open, and is unblocked', async () => {
  expect(await ask('unblockUpdate')).toMatchObject({ status: 409 })
  expect((await ask('blockUpdate')).body).toMatchObject({
    kb,
    blocked: { reason: 'breaks printing', actor: 'anna' },
  })
  expect(await kinds()).toEqual(['updateBlocked'])
  expect((await ask('unblockUpdate')).body).toMatchObject({ kb })
  expect((await listed()).filter(({ blocked }) => blocked)).toEqual([])
  expect(await kinds()).toEqual([])
})

test('Only who sees the whole fleet blocks a KB, with a reason, and only a KB', async () => {
  expect(await ask('blockUpdate', 'sam')).toMatchObject({ status: 403 })
  expect(await ask('blockUpdate', 'olga')).toMatchObject({ status: 403 })
  expect(await ask('blockUpdate', 'anna', { reason: '' })).toMatchObject({ status: 400 })
  expect(await ask('blockUpdate', 'anna', { reason: 'x' }, 'everything')).toMatchObject({ status: 404 })
})

test('Why ATLAS blocked a KB names no client to who sees only some', async () => {
  const at = { at: 0, actor: 'atlas', reason: 'failed at 3 clients: client-0002' }
  await rig.services.updates.change('KB5000001', () => ({
    kb: 'KB5000001',
    title: 'x',
    failures: [],
    blocked: at,
  }))
  expect(JSON.stringify(await listed())).toContain('client-0002')
  expect(JSON.stringify(await listed('sam'))).not.toContain('client-0002')
})

test('A quarantine is shown, is something to do, and ends when an operator trusts the server', async () => {
  const { serverId } = serverAt(12)
  const trust = (who: Who = 'anna') =>
    rig.byName('trustServer', { who, params: { serverId }, body: { reason: 'rebuilt' } })
  expect(await trust()).toMatchObject({ status: 409 })
  await quarantine(rig.services, serverId, reason('keyUsedTwice'))
  const shown = await rig.byName('showServer', { who: 'olga', params: { serverId } })
  expect(shown.body).toMatchObject({ quarantined: { code: 'keyUsedTwice' } })
  rig.time.wire += 2_100
  expect(await kinds()).toContain('quarantined')
  expect(await trust('sam')).toMatchObject({ status: 404 })
  expect(await trust()).toMatchObject({ status: 200, body: { serverId } })
  rig.time.wire += 2_100
  expect(await kinds()).not.toContain('quarantined')
})
