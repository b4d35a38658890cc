import { afterEach, beforeEach, expect, it } from 'vitest'
import { Approval } from '../../orchestrations/contracts/api.ts'
import { asked } from './nightScene.ts'
import { startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'
import { answered, problem, type Answer } from './wire.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const call = (line: readonly string[], options: TerminalOptions = {}) =>
  atlas([...line, '--server', server.address, '--token', 'operator', '--zone', 'UTC'], options)
const retry = ['server', 'retry', 'client-1.dc01']
const posts = () => server.received.filter(({ method }) => method === 'POST')

/** Answers the first calls that change something with these, then as usual. */
function first(...answers: readonly (Answer | 'hang up')[]): void {
  let next = 0
  server.world.answer = ({ method }) => (method === 'POST' ? answers[next++] : undefined)
}

it('sends a call whose answer was lost again, with the same key: it starts nothing twice', async () => {
  first('hang up', 'hang up')
  const { code, err } = await call(retry)
  expect(code).toBe(0)
  expect(posts()).toHaveLength(3)
  expect(new Set(posts().map(({ key }) => key)).size).toBe(1)
  expect(err.match(/it starts nothing twice/g)).toHaveLength(2)
})

it('gives each intent a key of its own, and reads none', async () => {
  await call(retry)
  await call(retry)
  await call(['server', 'retry', 'client-1.dc01', 'client-1.dc02'])
  expect(new Set(posts().map(({ key }) => key)).size).toBe(4)
  expect(posts().every(({ key }) => key.length >= 16)).toBe(true)
  expect(server.received.filter(({ method, key }) => method === 'GET' && key !== '')).toEqual([])
})

it('gives up on a line that stays cut, in the end', async () => {
  server.world.answer = ({ method }) => (method === 'POST' ? 'hang up' : undefined)
  const { code, err } = await call(retry)
  expect(code).toBe(1)
  expect(posts()).toHaveLength(5)
  expect(err).toContain('No answer from ATLAS')
})

it('asks nothing twice that only reads', async () => {
  server.world.answer = () => 'hang up'
  expect((await call(['kb', 'list'])).code).toBe(1)
  expect(server.received).toHaveLength(1)
})

const busy = (seconds: string): Answer => ({
  ...problem(429, 'Too many calls'),
  headers: { 'retry-after': seconds },
})

it('waits as long as a busy server asks for, says so, and tries again', async () => {
  first(busy('7'))
  const { code, err } = await call(retry)
  expect(code).toBe(0)
  expect(err).toContain('trying again in 7 s')
  expect(new Set(posts().map(({ key }) => key)).size).toBe(1)
})

it.each([busy('3600'), problem(429, 'Too many calls')])(
  'does not wait for ever or for nothing (%#)',
  async (answer) => {
    server.world.answer = () => answer
    const { code, err } = await call(['kb', 'list'])
    expect(code).toBe(1)
    expect(err).toMatch(/Too many calls\. ATLAS asks for patience/)
    expect(server.received).toHaveLength(1)
  },
)

it('says what to do when a second person is asked for, and is not done with it', async () => {
  server.world.answer = ({ method }) => (method === 'POST' ? answered(Approval, asked, 202) : undefined)
  const line = ['client', 'unlock', 'client-1', '--reason', 'x']
  const { code, err, out } = await call(line)
  expect([code, out]).toEqual([3, ''])
  expect(err).toMatch(
    /to unlock a client, a second person is asked for.*`atlas approval approve ap-1`.*repeat/s,
  )
  const json = JSON.parse((await call([...line, '--json'])).out) as { error: { approval: unknown } }
  expect(json.error.approval).toEqual(asked)
})

it('wraps what is wider than the terminal below its column, and never what goes into a pipe', async () => {
  const reason = 'word '.repeat(60).trim()
  server.world.answer = ({ path }) =>
    path === '/api/waivers'
      ? {
          status: 200,
          body: {
            waivers: [
              { serverId: 'a.b', clientId: 'a', host: 'b', until: 0, reason, actor: 'M. Durand', at: 0 },
            ],
          },
        }
      : undefined
  const shown = await call(['waiver', 'list', '--no-color'], { tty: true })
  expect(shown.lines.length).toBeGreaterThan(4)
  expect(Math.max(...shown.lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  expect(shown.out.replaceAll(/\s+/g, ' ')).toContain(reason)
  expect((await call(['waiver', 'list'])).out).toContain(reason)
})
