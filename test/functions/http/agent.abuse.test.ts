import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  asHost,
  assertionOf,
  beat,
  commanded,
  enrolBody,
  enrolled,
  imported,
  newHost,
  serverAt,
  tokenFor,
} from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())
afterEach(() => vi.restoreAllMocks())

describe('Names that somebody makes up', () => {
  test('are refused at the cost of one look in two seconds, and leave nothing behind', async () => {
    const stranger = newHost(serverAt(0))
    rig.time.wire += 10_000
    const [lists, reads] = [vi.spyOn(rig.services.fleet, 'clients'), vi.spyOn(rig.services.clients, 'read')]
    const names = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? `nobody-${index}.srv` : `client-0001.srv-${index}`,
    )
    const iat = Math.floor(rig.services.clocks.wire() / 1000)
    const answers = await Promise.all(
      names.map((iss) =>
        rig.askAgent('heartbeat', beat(), assertionOf(stranger, beat(), { payload: { iss, iat } })),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(lists.mock.calls.length).toBeLessThanOrEqual(1)
    expect(reads.mock.calls.map(([clientId]) => clientId)).toEqual(['client-0001'])
    rig.time.wire = 0
  })

  test('of a client keep none of its hosts out: one that enrols meanwhile is heard at once', async () => {
    const server = serverAt(1)
    const stranger = newHost(server)
    expect((await asHost(rig, stranger, 'heartbeat', beat())).status).toBe(401)
    expect((await asHost(rig, await enrolled(rig, server), 'heartbeat', beat())).status).toBe(200)
  })

  test('in the ids of commands are opened no partition for', async () => {
    const host = await enrolled(rig, serverAt(4))
    const reads = vi.spyOn(rig.services.clients, 'read')
    const reports = Array.from({ length: 50 }, (_, index) => {
      return { type: 'tombstone', commandId: `x.p0.nobody-${index}.srv.inspect.1`, at: 5 }
    })
    const answer = await asHost(rig, host, 'report', JSON.stringify({ reports }))
    expect(new Set((answer.body['results'] as { verdict: string }[]).map(({ verdict }) => verdict))).toEqual(
      new Set(['unknownCommand']),
    )
    expect(reads.mock.calls.filter(([clientId]) => clientId.startsWith('nobody'))).toEqual([])
  })

  test('are looked for again after a look that failed', async () => {
    const host = newHost(serverAt(13))
    rig.time.wire += 20_000
    vi.spyOn(rig.services.clients, 'read').mockRejectedValueOnce(new Error('the store is away'))
    const iat = () => ({ payload: { iat: Math.floor(rig.services.clocks.wire() / 1000) } })
    const statuses = [500, 401]
    for (const status of statuses)
      expect((await rig.askAgent('heartbeat', beat(), assertionOf(host, beat(), iat()))).status).toBe(status)
    rig.time.wire = 0
  })
})

test.each(['a/b', 'a\\b', 'a#b', 'a?b', 'a\u0000b', 'é', ' ', "'", '%2f'])(
  'A host that calls itself %j is none, and nobody is asked to approve it',
  async (name) => {
    const host = newHost(serverAt(2))
    const body = { ...enrolBody(host, await tokenFor(rig, serverAt(2).clientId)), host: name }
    expect((await rig.askAgent('enrol', body)).status).toBe(400)
  },
)

test('A report whose result is nested without end is refused, and one whose strings only look so is not', async () => {
  const { host, commandId } = await commanded(rig, 15)
  const tell = (result: string) =>
    asHost(
      rig,
      host,
      'report',
      `{"reports":[{"type":"succeeded","commandId":"${commandId}","kind":"inspect","at":5,"acceptedAt":4,"result":${result}}]}`,
    )
  for (const deep of [
    '['.repeat(100_000) + ']'.repeat(100_000),
    '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000),
  ])
    expect(await tell(deep)).toMatchObject({ status: 400, body: { title: 'The body is nested too deeply' } })
  expect((await tell(`"\\"${'['.repeat(1_000)}"`)).status).toBe(200)
})

describe('What is said of a command after its end', () => {
  let world: Awaited<ReturnType<typeof commanded>>
  beforeAll(async () => {
    world = await commanded(rig, 3)
  })
  const ledger = () => rig.services.history.read(world.clientId, 0, 10_000)
  const tell = async (...reports: object[]) => {
    const answer = await asHost(rig, world.host, 'report', JSON.stringify({ reports }))
    return (answer.body['results'] as { verdict: string }[]).map(({ verdict }) => verdict)
  }
  const failed = (commandId: string, code = 'x') => ({
    type: 'failed',
    commandId,
    kind: 'inspect',
    at: 5,
    acceptedAt: 4,
    failure: { code, message: 'x', remedy: 'retry' },
  })

  test('is written down once for each thing said, however often it is repeated', async () => {
    const { commandId } = world
    await tell({ type: 'tombstone', commandId, at: 5 })
    const before = (await ledger()).length
    for (let time = 0; time < 3; time++)
      expect(await tell(failed(commandId), failed(commandId, 'y'))).toEqual(['late', 'late'])
    expect(await ledger()).toHaveLength(before + 2)
  })

  test('is no longer written down when it is something else each time', async () => {
    const { commandId } = world
    const before = (await ledger()).length
    for (let time = 0; time < 20; time++) expect(await tell(failed(commandId, `z${time}`))).toEqual(['late'])
    expect((await ledger()).length).toBeLessThan(before + 10)
  })

  test('is known when it is the tombstone by which a journal was found lost', async () => {
    const commandId = await world.issue(2)
    await tell({ type: 'accepted', commandId, kind: 'inspect', at: 4 })
    const tombstone = { type: 'tombstone', commandId, at: 5 }
    expect(await tell(tombstone)).toEqual(['recorded'])
    expect(await tell(tombstone)).toEqual(['known'])
  })
})
