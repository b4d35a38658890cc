import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ChildSpec } from '../../../../infra/local/supervisor/child.ts'
import type { SupervisorEvent } from '../../../../infra/local/supervisor/events.ts'
import { stopRequest } from '../../../../infra/local/supervisor/orphan.ts'
import { freePort } from '../../../../infra/local/supervisor/ports.ts'
import {
  createSupervisor,
  superviseProcesses,
  type Supervisor,
  type SupervisorOptions,
} from '../../../../infra/local/supervisor/supervise.ts'
import { childProgram, gone, isAlive, killed, runAlone, temporaryFolder } from './rig.ts'

let folder: ReturnType<typeof temporaryFolder>
let supervisor: Supervisor
let events: SupervisorEvent[]
let onEvent: (event: SupervisorEvent) => void
beforeEach(() => {
  folder = temporaryFolder()
  events = []
  onEvent = () => undefined
})
afterEach(async () => {
  supervisor.killAll()
  await supervisor.stop()
  folder.remove()
})

const options = (more: Partial<SupervisorOptions> = {}): SupervisorOptions => ({
  dataFolder: folder.path,
  now: Date.now,
  onEvent: (event) => {
    events.push(event)
    onEvent(event)
  },
  ...more,
})
const create = (more: Partial<SupervisorOptions> = {}): Supervisor =>
  (supervisor = createSupervisor(options(more)))
const nextEvent = (kind: SupervisorEvent['kind']): Promise<SupervisorEvent> =>
  new Promise((resolve) => {
    onEvent = (event) => {
      if (event.kind === kind) resolve(event)
    }
  })
const child = (behaviour: string, detail = '', more: Partial<ChildSpec> = {}): ChildSpec => ({
  name: behaviour,
  args: [childProgram, behaviour, detail],
  ready: { kind: 'line', matches: (line) => line.startsWith('ready') },
  ...more,
})
const logOf = (name: string): string => readFileSync(join(folder.path, 'logs', `${name}.log`), 'utf8')

it('starts a child, hands out its ready line, keeps its standard error, stops it cleanly', async () => {
  const marks = join(folder.path, 'marks')
  const ready = await create().start(child('good', marks))
  expect(ready.line).toBe(`ready ${ready.pid}`)
  expect(supervisor.pids()).toEqual(new Map([['good', ready.pid]]))
  await supervisor.stop()
  expect(await supervisor.ended).toEqual({ kind: 'stopped' })
  expect(readFileSync(marks, 'utf8')).toBe('stopped cleanly\n')
  expect(isAlive(ready.pid)).toBe(false)
  expect(logOf('good')).toMatch(/^\d{4}-\d\d-\d\dT.*Z \[good\] hello from stderr$/m)
})

it('starts a child again after kill -9', async () => {
  const first = await create().start(child('good'))
  const again = nextEvent('ready')
  process.kill(first.pid, 'SIGKILL')
  await again
  expect(events).toContainEqual({ kind: 'died', name: 'good', how: 'signal SIGKILL', restartInMs: 50 })
  expect(supervisor.pids().get('good')).not.toBe(first.pid)
  expect(isAlive(first.pid)).toBe(false)
})

it('gives up on a child that keeps dying, says so and stops the others', async () => {
  create({ restarts: { restartsPerMinute: 3, firstDelayMs: 1 } })
  const other = await supervisor.start(child('good'))
  await supervisor.start(child('dies-when-ready'))
  const end = await supervisor.ended
  expect(end).toMatchObject({ kind: 'gaveUp', error: { kind: 'childKeepsDying' } })
  expect(end.kind === 'gaveUp' && end.error.message).toMatch(
    /^dies-when-ready died 4 times .* exit code 4.*\.log$/,
  )
  expect(isAlive(other.pid)).toBe(false)
})

it('reports a first start that fails with what the child said, and stops those before it', async () => {
  create()
  let pid = 0
  const started = superviseProcesses([child('good'), child('broken')], {
    ...options(),
    onEvent: (event) => {
      if (event.kind === 'ready') ({ pid } = event)
    },
  })
  await expect(started).rejects.toMatchObject({
    kind: 'childNotReady',
    message: expect.stringMatching(
      /^broken did not start \(exit code 3\): the disk is on fire\. Its log: .*broken\.log$/,
    ),
  })
  expect(pid).toBeGreaterThan(0)
  expect(isAlive(pid)).toBe(false)
})

it('kills a child that is never ready, and one that will not stop', async () => {
  create({ graceMs: 30 })
  await expect(supervisor.start(child('silent', '', { readyTimeoutMs: 50 }))).rejects.toThrow(
    'not ready in time',
  )
  const { pid } = await supervisor.start(child('stubborn'))
  await supervisor.stop()
  expect(isAlive(pid)).toBe(false)
})

it('reports a command that does not exist', async () => {
  create()
  await expect(supervisor.start(child('good', '', { command: '/no/such/program' }))).rejects.toMatchObject({
    kind: 'childNotReady',
    message: expect.stringContaining('ENOENT'),
  })
})

it('waits for an HTTP answer below 500', async () => {
  const port = await freePort()
  await create().start(
    child('http', String(port), { ready: { kind: 'http', url: `http://127.0.0.1:${port}/` } }),
  )
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
})

it('sees the death of a child whose own child holds the pipes', async () => {
  const died = nextEvent('died')
  await create({ restarts: { firstDelayMs: 60_000, maxDelayMs: 60_000 } }).start(child('grandparent'))
  expect(await died).toMatchObject({ how: 'exit code 5' })
})

it('lets a child end that has nothing left to do', async () => {
  const died = nextEvent('died')
  await create({ restarts: { firstDelayMs: 60_000, maxDelayMs: 60_000 } }).start(child('finishes'))
  expect(await died).toMatchObject({ how: 'exit code 0' })
})

it('leaves no child behind when the supervisor itself is killed', async () => {
  create()
  const { child: victim, line } = await runAlone('supervisor', folder.path)
  const pid = Number(line.replace('child ', ''))
  expect(isAlive(pid)).toBe(true)
  await killed(victim)
  await gone(pid)
})

it('passes a signal on and ends by itself when its children have stopped', async () => {
  create()
  const { child: other, line } = await runAlone('supervisor', folder.path)
  const ended = new Promise((resolve) => other.once('exit', (code) => resolve(code)))
  other.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(isAlive(Number(line.replace('child ', '')))).toBe(false)
  expect(readFileSync(join(folder.path, 'marks'), 'utf8')).toBe('stopped cleanly\n')
})

it('stops a child by message where signals would kill it outright', async () => {
  create()
  const marks = join(folder.path, 'marks')
  const other = fork(childProgram, ['good', marks], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] })
  await new Promise((resolve) => other.stdout?.once('data', resolve))
  const ended = new Promise((resolve) => other.once('exit', resolve))
  other.send(stopRequest)
  await ended
  expect(readFileSync(marks, 'utf8')).toBe('stopped cleanly\n')
})
