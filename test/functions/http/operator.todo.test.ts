import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endServer, markUnknown } from '../../../functions/activities/servers.ts'
import { TodoItem, TodoList } from '../../../orchestrations/contracts/api.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { hourMs } from '../../../orchestrations/domain/time.ts'
import { commanded, imported, planned, running, serverAt } from './agentRig.ts'
import { saturday, startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())
/** What is shown may be two seconds old. */
const later = () => {
  rig.time.wire += 2_100
}
beforeEach(later)

async function items(query: Record<string, string> = {}, who: Who = 'olga'): Promise<TodoItem[]> {
  const answer = await rig.byName('listTodo', { who, query })
  expect(answer.status).toBe(200)
  return TodoList.parse(answer.body).items
}
const take = (todoId: string, who: Who = 'anna', body: object = {}, headers = {}) =>
  rig.byName('takeTodo', { who, params: { todoId }, body, headers })
const note = (todoId: string, body: object, headers = {}) =>
  rig.byName('noteTodo', { who: 'anna', params: { todoId }, body, headers })
const ask = (name: string, params: Record<string, string>, body: object = {}) =>
  rig.byName(name, { who: 'anna', params, body })

async function endedBadly(index: number) {
  const world = await commanded(rig, index)
  const about = {
    campaignId: world.campaignId,
    clientId: world.clientId,
    serverId: world.server.serverId,
    ring: RingNumber.parse(2),
    round: 0,
  }
  return { world, about }
}

test('Nothing is open before anything has happened', async () => {
  expect(await items()).toEqual([])
})

describe('What waits for a human is listed for as long as its cause lasts:', () => {
  test('a paused client, to those who see it', async () => {
    const params = { clientId: 'client-0002' }
    const until = saturday + hourMs
    await ask('pauseClient', params, { reason: 'stocktaking', until })
    later()
    expect(await items()).toMatchObject([
      { id: 'clientPaused.client-0002', clientName: 'Client 0002', until, since: saturday, notes: [] },
    ])
    expect(await items({}, 'sam')).toEqual([])
    await ask('resumeClient', params)
    later()
    expect(await items()).toEqual([])
  })

  test('a waiver in the last quarter of its time and its last day, not one that was just given or lasts', async () => {
    for (const [index, hours] of [
      [1, 20],
      [2, 60],
    ] as const)
      await ask(
        'addWaiver',
        {},
        {
          serverId: serverAt(index).serverId,
          reason: 'tape robot',
          until: saturday + hours * hourMs,
        },
      )
    later()
    expect(await items()).toEqual([])
    const passed = 16 * 3_600_000
    rig.time.plan += passed
    later()
    expect(await items()).toMatchObject([{ kind: 'waiverEnding', serverId: serverAt(1).serverId }])
    rig.time.plan -= passed
    for (const index of [1, 2]) await ask('removeWaiver', { serverId: serverAt(index).serverId })
  })

  test('a raised stop comes first, and goes with its release', async () => {
    await ask('pauseClient', { clientId: 'client-0002' }, { reason: 'x' })
    await ask('stop', {}, { reason: 'bad update' })
    later()
    const open = await items()
    expect(open.map(({ kind }) => kind)).toEqual(['stopRaised', 'clientPaused'])
    expect(open[0]?.reason).toEqual({ code: 'stopRaised', params: { actor: 'anna', reason: 'bad update' } })
    await ask('release', {})
    await ask('resumeClient', { clientId: 'client-0002' })
  })

  test('a ring that is held, until it is promoted', async () => {
    const { params, campaignId } = await running(rig)
    const ring = { ...params, ring: '2' }
    await ask('holdRing', ring, { reason: 'looks odd' })
    later()
    expect(await items({ kind: 'ringWaits' })).toMatchObject([{ id: `ringWaits.${campaignId}.2`, ring: 2 }])
    await ask('promoteRing', ring)
    later()
    expect(await items({ kind: 'ringWaits' })).toEqual([])
  })

  test('a server that needs an operator, and one whose state is unknown', async () => {
    const first = await endedBadly(0)
    const end = {
      outcome: 'needsOperator',
      reason: reason('rollbackNotAllowed'),
      updates: [],
      attempts: 1,
    } as const
    await endServer(rig.services, { ...first.about, end })
    later()
    const { serverId, campaignId } = first.about
    expect(await items()).toMatchObject([
      { id: `server.${campaignId}.${serverId}`, reason: end.reason, host: first.world.server.host },
    ])
    // A plan that has done nothing with the server yet takes nothing back.
    await planned(rig)
    const second = await endedBadly(12)
    await markUnknown(rig.services, { ...second.about, step: 'reboot', reason: reason('noAnswer') })
    later()
    const open = await items()
    expect(open.map(({ kind }) => kind)).toEqual(['needsOperator', 'unknown'])
    expect(await items({ client: 'client-0001' }, 'sam')).toHaveLength(1)
    expect(await items({ kind: 'unknown' })).toMatchObject([{ serverId: second.about.serverId }])
  })
})

describe('An open item', () => {
  const open = async (): Promise<TodoItem> => {
    const [item] = await items({ kind: 'needsOperator' })
    if (!item) throw new Error('Nothing is open')
    return item
  }

  test('is taken by one, by another only with force, and given back', async () => {
    const { id } = await open()
    expect(await take(id)).toMatchObject({ status: 200, body: { takenBy: 'anna' } })
    expect((await items({ mine: 'true' }, 'anna')).map((item) => item.id)).toEqual([id])
    expect(await take(id, 'paul')).toMatchObject({ status: 409 })
    expect(await take(id, 'paul', { force: true })).toMatchObject({ body: { takenBy: 'paul' } })
    const released = await take(id, 'paul', { release: true })
    expect(TodoItem.parse(released.body).takenBy).toBeUndefined()
  })

  test('keeps notes with author and time, and when somebody decides next', async () => {
    const { id } = await open()
    await note(id, { text: 'called the client', decideAt: saturday + hourMs })
    const { notes, decideAt } = await open()
    expect(notes).toMatchObject([{ by: 'anna', text: 'called the client' }])
    expect(decideAt).toBe(saturday + hourMs)
  })

  test('is not changed by who has not seen the last change', async () => {
    const { id, etag } = await open()
    expect(await note(id, { text: 'a' }, { 'if-match': etag })).toMatchObject({ status: 200 })
    const late = await note(id, { text: 'b' }, { 'if-match': etag })
    expect(late).toMatchObject({ status: 412, body: { detail: expect.stringContaining('meanwhile') } })
    expect((await open()).notes.map(({ text }) => text)).not.toContain('b')
  })

  test('is nothing to who does not see its client, and gone with its cause', async () => {
    const [unknown] = await items({ kind: 'unknown' })
    expect(await take(unknown?.id ?? '', 'sam')).toMatchObject({ status: 404 })
    expect(await take('server.nothing.nowhere')).toMatchObject({ status: 404 })
  })

  test('is written down in the ledger of the fleet by whoever touches it', async () => {
    const answer = await rig.byName('showLedger', { who: 'ada', params: { clientId: 'atlas-fleet' } })
    const actions = (answer.body['lines'] as { action: string }[]).map(({ action }) => action)
    expect(actions.filter((action) => action.startsWith('todo.'))).toEqual([
      'todo.taken',
      'todo.taken',
      'todo.released',
      'todo.noted',
      'todo.noted',
    ])
  })

  test('about a silent server keeps who took it and what was noted when it comes to need an operator', async () => {
    const { about } = await endedBadly(24)
    const ofIt = async () => (await items()).find(({ serverId }) => serverId === about.serverId)
    await markUnknown(rig.services, { ...about, step: 'reboot', reason: reason('noAnswer') })
    later()
    const { id = '' } = (await ofIt()) ?? {}
    await take(id)
    await note(id, { text: 'the provider drives there', decideAt: saturday + hourMs })
    rig.time.plan += 4 * hourMs
    const why = reason('noAnswer')
    const end = { outcome: 'needsOperator', reason: why, updates: [], attempts: 1 } as const
    await endServer(rig.services, { ...about, end })
    later()
    expect(await ofIt()).toMatchObject({
      id,
      kind: 'needsOperator',
      since: rig.time.plan,
      takenBy: 'anna',
      decideAt: saturday + hourMs,
      notes: [{ text: 'the provider drives there' }],
    })
  })
})
