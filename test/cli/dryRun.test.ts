import { afterEach, beforeEach, expect, it } from 'vitest'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { startServer, type TestServer } from './server.ts'
import { atlas } from './terminal.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const call = (line: readonly string[]) =>
  atlas([...line, '--dry-run', '--server', server.address, '--token', 'operator', '--zone', 'UTC'])

const client = ['client-1']
const host = ['client-1.dc01']
const why = ['--reason', 'r']
const lines: readonly (readonly string[])[] = [
  ['plan', '--rings', '1'],
  ['campaign', 'approve'],
  ['campaign', 'prepare'],
  ['campaign', 'start'],
  ['campaign', 'pause'],
  ['campaign', 'resume'],
  ['campaign', 'cancel', ...why],
  ['ring', 'hold', '2', ...why],
  ['ring', 'promote', '3', ...why],
  ['client', 'pause', ...client],
  ['client', 'resume', ...client],
  ['client', 'stop', ...client],
  ['client', 'exclude', ...client, ...why],
  ['client', 'include', ...client],
  ['client', 'unlock', ...client, ...why],
  ['client', 'calendar', ...client],
  ['server', 'retry', ...host],
  ['server', 'resolve', ...host, ...why, '--outcome', 'failed'],
  ['server', 'exclude', ...host, ...why],
  ['server', 'include', ...host],
  ['server', 'trust', ...host, ...why],
  ['server', 'forget', ...host, ...why],
  ['todo', 'take', 'sql01'],
  ['todo', 'note', 'sql01', 'text'],
  ['waiver', 'add', ...host, ...why, '--until', '+1d'],
  ['waiver', 'remove', ...host],
  ['kb', 'block', 'KB5031364', ...why],
  ['kb', 'unblock', 'KB5031364', ...why],
  ['kb', 'remove', 'KB5031364', '--all'],
  ['approval', 'approve', 'ap-1'],
  ['approval', 'refuse', 'ap-1'],
  ['notice', 'test'],
  ['token', 'enrol', ...client],
  ['token', 'revoke', 't-1'],
  ['enrolment', 'approve', 'e-1'],
  ['enrolment', 'refuse', 'e-1'],
  ['stop'],
  ['release', ...why],
]

it.each(lines)('changes nothing by a dry run of %s %s', async (...line) => {
  const { code, out } = await call(line)
  expect(code).toBe(0)
  expect(out).toMatch(/would touch \d+ clients?, \d+ servers?\.\n {2}\d+ under way, \d+ waiting\n/)
  expect(out).toContain('Nothing was changed.')
  const { code: again, out: json } = await call([...line, '--json'])
  expect(again).toBe(0)
  expect(JSON.parse(json)).toMatchObject({
    dryRun: true,
    clients: expect.any(Number),
    underWay: expect.any(Number),
    waiting: expect.any(Number),
    targets: expect.any(Array),
  })
  expect(server.received.filter(({ method }) => method !== 'GET')).toEqual([])
})

it('counts what a stop, a ring and a client would touch', async () => {
  const { clients } = server.world.board
  const counted = async (line: readonly string[]) =>
    JSON.parse((await call([...line, '--json'])).out) as Record<string, unknown>
  const all = totals(clients)
  expect(await counted(['stop'])).toMatchObject({
    clients: 10,
    servers: 40,
    underWay: all.inProgress + all.unknown,
    waiting: all.pending,
  })
  const ring = totals(clients.filter((row) => row.ring === 2))
  expect(await counted(['ring', 'hold', '2', ...why])).toMatchObject({
    servers: ring.servers,
    underWay: ring.inProgress + ring.unknown,
    waiting: ring.pending,
  })
  expect(await counted(['client', 'stop', 'client-1'])).toMatchObject({
    clients: 1,
    servers: 4,
    verb: 'client stop',
  })
})
