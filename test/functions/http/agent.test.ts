import { createHmac, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAtCommand } from '../../../functions/activities/lookAtCommand.ts'
import { storedRows } from '../../support/tables.ts'
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
  type Host,
} from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

describe('Enrolment', () => {
  const enrol = (body: unknown) => rig.askAgent('enrol', body)

  test('registers a key once; the answer is had again with the same key and a token of the client', async () => {
    const host = newHost(serverAt(20))
    const token = await tokenFor(rig, host.server.clientId, 1)
    const first = await enrol(enrolBody(host, token))
    expect(first).toMatchObject({ status: 201, body: { kind: 'enrolled', serverId: host.server.serverId } })
    expect(first.body['commandKeys']).toEqual([rig.services.signer.publicKey])
    // The token is used up, the answer was lost: the same question gets the same answer.
    expect(await enrol(enrolBody(host, token))).toEqual({ ...first, status: 200 })
  })

  test('refuses a second key for a host, and neither this nor an unknown host uses the token up', async () => {
    const host = await enrolled(rig, serverAt(21))
    const token = await tokenFor(rig, host.server.clientId, 1)
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await enrol(enrolBody(newHost(host.server), token))).status).toBe(409)
      expect((await enrol({ ...enrolBody(host, token), host: 'NOT-IN-INVENTORY' })).status).toBe(202)
    }
    expect((await enrol(enrolBody(newHost(serverAt(22)), token))).status).toBe(201)
  })

  test('refuses a wrong, an expired and another client’s token, also for a key that is known', async () => {
    const host = newHost(serverAt(23))
    expect((await enrol(enrolBody(host, 'a'.repeat(32)))).status).toBe(403)
    expect((await enrol(enrolBody(host, await tokenFor(rig, serverAt(0).clientId)))).status).toBe(202)
    const token = await tokenFor(rig, host.server.clientId)
    rig.time.wire += 8 * 24 * 3_600_000
    expect((await enrol(enrolBody(host, token))).status).toBe(403)
    rig.time.wire = 0
    const known = await enrolled(rig, serverAt(23))
    expect((await enrol(enrolBody(known, 'a'.repeat(32)))).status).toBe(403)
  })

  test('refuses a key that is no point of the curve, and stores nothing of it', async () => {
    const host = newHost(serverAt(24))
    const token = await tokenFor(rig, host.server.clientId)
    const bad = { ...enrolBody(host, token), publicKey: { ...host.publicKey, x: 'AAAA' } }
    expect((await enrol(bad)).status).toBe(400)
    expect((await enrol(enrolBody(host, token))).status).toBe(201)
  })

  test('with a token for one machine and one hour comes once, and not later than that', async () => {
    const { clientId } = serverAt(8)
    const body = { clients: [clientId], hosts: 1, hours: 1 }
    const { tokens } = (await rig.byName('issueEnrolmentTokens', { who: 'anna', body })).body
    const token = (tokens as { token: string }[])[0]?.token ?? ''
    rig.time.wire += 61 * 60_000
    expect((await enrol(enrolBody(newHost(serverAt(8)), token))).status).toBe(403)
    rig.time.wire = 0
    expect((await enrol(enrolBody(newHost(serverAt(8)), token))).status).toBe(201)
    expect((await enrol(enrolBody(newHost(serverAt(9)), token))).status).toBe(403)
  })

  test('of 30 hosts that race for the last use of a token one wins', async () => {
    const token = await tokenFor(rig, serverAt(12).clientId, 1)
    const racers = Array.from({ length: 10 }, (_, index) => newHost(serverAt(10 + index)))
    const answers = await Promise.all(
      [...racers, ...racers, ...racers].map((host) => enrol(enrolBody(host, token))),
    )
    const winners = new Set(
      answers.filter(({ status }) => status < 300).map(({ body }) => JSON.stringify(body['serverId'])),
    )
    expect(winners.size).toBe(1)
    expect(answers.every(({ status }) => [200, 201, 403].includes(status))).toBe(true)
  })
})

describe('A request of an agent', () => {
  let host: Host
  let other: Host
  beforeAll(async () => {
    host = await enrolled(rig, serverAt(1))
    other = await enrolled(rig, serverAt(2))
  })
  const body = beat()
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

  const forged: readonly [name: string, make: () => string | undefined][] = [
    ['without an assertion', () => undefined],
    ['with a token in its place', () => 'Bearer secret'],
    ['with another scheme', () => assertionOf(host, body).replace('Bearer', 'Basic')],
    ['signed by nobody', () => assertionOf(host, body, { signature: '' })],
    ['of algorithm none', () => assertionOf(host, body, { header: { alg: 'none' }, signature: '' })],
    ['of algorithm HS256, keyed with the public key', () => hs256(host, body)],
    ['signed by an unknown key', () => assertionOf(host, body, { key: stranger })],
    ["signed by another host's key", () => assertionOf(host, body, { key: other.privateKey })],
    [
      'in the name of an unknown host',
      () => assertionOf(host, body, { payload: { iss: 'client-0001.nobody' } }),
    ],
    ['in the name of an unknown client', () => assertionOf(host, body, { payload: { iss: 'nobody.srv' } })],
    ['for another audience', () => assertionOf(host, body, { payload: { aud: 'other' } })],
    ['over another body', () => assertionOf(host, beat({ epoch: 9 }))],
    ['that is old', () => assertionOf(host, body, { payload: { iat: Math.floor(Date.now() / 1000) - 121 } })],
    [
      'from the future',
      () => assertionOf(host, body, { payload: { iat: Math.floor(Date.now() / 1000) + 123 } }),
    ],
    ['with a short signature', () => assertionOf(host, body, { signature: 'AAAA' })],
    ['with a signature of zeros', () => assertionOf(host, body, { signature: 'A'.repeat(86) })],
    ['whose parts are no JSON', () => 'Bearer a.b.c'],
    ['as long as a book', () => `Bearer ${'a'.repeat(5_000)}.b.c`],
  ]
  test.each(forged)('%s is refused, and nothing is stored', async (_, make) => {
    for (const route of ['heartbeat', 'report']) {
      const before = await storedRows(rig.tables.Clients, host.server.clientId)
      expect(await rig.askAgent(route, body, make())).toMatchObject({
        status: 401,
        type: 'application/problem+json',
      })
      expect(await storedRows(rig.tables.Clients, host.server.clientId)).toEqual(before)
      expect([...(await storedRows(rig.tables.Heartbeats, host.server.clientId)).keys()]).not.toContain(
        host.server.serverId,
      )
    }
  })

  test('is accepted once: the same assertion again is a replay', async () => {
    const assertion = assertionOf(host, body)
    expect((await rig.askAgent('heartbeat', body, assertion)).status).toBe(200)
    expect((await rig.askAgent('heartbeat', body, assertion)).status).toBe(401)
  })

  test('beyond its limit is a 413, signed or not', async () => {
    const large = beat({ agentVersion: 'a'.repeat(40 * 1024) })
    expect((await rig.askAgent('heartbeat', large, assertionOf(host, large))).status).toBe(413)
    expect((await rig.askAgent('enrol', 'a'.repeat(9 * 1024))).status).toBe(413)
  })

  test('a heartbeat is answered with time, epoch and when to come again', async () => {
    const answer = await asHost(rig, other, 'heartbeat', beat())
    expect(answer).toMatchObject({ status: 200, body: { epoch: expect.any(Number) } })
    expect([10, 60]).toContain(answer.body['nextHeartbeatSeconds'])
  })
})

function hs256(host: Host, body: string): string {
  const [input] = assertionOf(host, body, { header: { alg: 'HS256' }, signature: '' })
    .slice(7)
    .split(/\.$/)
  const signature = createHmac('sha256', host.publicKey.x).update(String(input)).digest('base64url')
  return `Bearer ${input}.${signature}`
}

describe('A report', () => {
  let world: Awaited<ReturnType<typeof commanded>>
  beforeAll(async () => {
    world = await commanded(rig, 3)
  })
  const result = {
    what: 'server',
    os: { name: 'Windows', build: '1' },
    bootedAt: 1,
    pendingReboot: [],
    freeBytes: 1,
    newestRestorePointAt: null,
    offered: [],
  }
  const about = (commandId: string) => ({ commandId, kind: 'inspect', at: 5, acceptedAt: 4 })
  const succeeded = (commandId: string) => ({ type: 'succeeded', ...about(commandId), result })
  const accepted = (commandId: string) => ({ type: 'accepted', commandId, kind: 'inspect', at: 4 })
  const failed = (commandId: string) => ({
    type: 'failed',
    ...about(commandId),
    failure: { code: 'x', message: 'x', remedy: 'retry' },
  })
  const tell = async (host: Host, ...reports: object[]) => {
    const answer = await asHost(rig, host, 'report', JSON.stringify({ reports }))
    expect(answer.status).toBe(200)
    return (answer.body['results'] as { verdict: string }[]).map(({ verdict }) => verdict)
  }
  const look = (commandId: typeof world.commandId) =>
    lookAtCommand(rig.services, {
      clientId: world.clientId,
      commandId,
      round: 1,
      timeoutSeconds: 900,
      checkSeconds: 120,
    })
  const ledger = () => rig.services.history.read(world.clientId, 0, 10_000)

  test('is recorded once, and known when it is repeated; the waiting instance gets its hint', async () => {
    const { host, commandId } = world
    const before = (await ledger()).length
    expect(await tell(host, accepted(commandId))).toEqual(['recorded'])
    expect(await tell(host, accepted(commandId), succeeded(commandId))).toEqual(['known', 'recorded'])
    expect(await tell(host, succeeded(commandId), accepted(commandId))).toEqual(['known', 'known'])
    expect(await ledger()).toHaveLength(before + 2)
    expect(rig.events).toContain(`${world.campaignId}:p0:${world.server.serverId} ${commandId}`)
    expect(await look(commandId)).toMatchObject({ kind: 'ended', end: { kind: 'succeeded' } })
  })

  test('that comes after another end is written down and not applied', async () => {
    expect(await tell(world.host, failed(world.commandId))).toEqual(['late'])
    expect((await ledger()).at(-1)).toMatchObject({ action: 'command.late', detail: { said: 'failed' } })
    expect(await look(world.commandId)).toMatchObject({ kind: 'ended', end: { kind: 'succeeded' } })
  })

  test("of another host, another client's host, or about an unknown command is refused and stored nowhere", async () => {
    const commandId = await world.issue(2)
    const [sibling, foreigner] = [await enrolled(rig, serverAt(4)), await enrolled(rig, serverAt(13))]
    const before = await ledger()
    expect(await tell(sibling, succeeded(commandId))).toEqual(['unknownCommand'])
    expect(await tell(foreigner, succeeded(commandId))).toEqual(['unknownCommand'])
    const names = ['x', 'x.p0.client-0001.none.inspect.1', `${commandId}1`, 'x.p0.nobody.none.inspect.1']
    expect(await tell(world.host, ...names.map(succeeded))).toEqual(names.map(() => 'unknownCommand'))
    expect(await ledger()).toEqual(before)
    expect(await look(commandId)).toMatchObject({ kind: 'open' })
  })

  test('whose result has another shape fails the command for the story, in words', async () => {
    const commandId = await world.issue(3)
    expect(await tell(world.host, { ...succeeded(commandId), result: { what: 'nonsense' } })).toEqual([
      'recorded',
    ])
    expect(await look(commandId)).toMatchObject({
      end: { kind: 'failed', failure: { code: 'resultMalformed' } },
    })
  })

  test('of a tombstone ends a command that was never accepted', async () => {
    const commandId = await world.issue(4)
    expect(await tell(world.host, { type: 'tombstone', commandId, at: 5 })).toEqual(['recorded'])
    expect(await look(commandId)).toMatchObject({ end: { kind: 'tombstone' } })
  })

  test('of a tombstone for a command that the agent had accepted says that its journal is lost', async () => {
    const commandId = await world.issue(5)
    await tell(world.host, accepted(commandId))
    expect(await tell(world.host, { type: 'tombstone', commandId, at: 5 })).toEqual(['recorded'])
    expect(await look(commandId)).toMatchObject({ end: { kind: 'interrupted' } })
  })

  test('as large as is allowed is kept whole', async () => {
    const commandId = await world.issue(6)
    const offered = Array.from({ length: 200 }, (_, index) => {
      return { id: `${index}-${'😀'.repeat(38)}`, kb: '', title: 'x', downloaded: false }
    })
    const long = { ...result, offered, hold: '😀'.repeat(50_000) }
    expect(await tell(world.host, { ...succeeded(commandId), result: long })).toEqual(['recorded'])
    const seen = await look(commandId)
    expect(seen).toMatchObject({ kind: 'ended', end: { kind: 'succeeded', result: { hold: long.hold } } })
  })
})
