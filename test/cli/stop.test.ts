import { afterEach, beforeEach, expect, it } from 'vitest'
import { planNow } from '../e2e/scene.ts'
import { problem, startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const call = (line: readonly string[], options: TerminalOptions = {}) =>
  atlas([...line, '--server', server.address, '--token', 'operator', '--zone', 'UTC'], options)
const raised = (open: number) => ({
  status: 200,
  body: {
    kind: 'raised',
    epoch: 1,
    at: planNow,
    actor: 'M. Durand',
    reason: 'wrong KB',
    open,
    clientsToGo: open,
  },
})

it('stops at once: one call, no question, no reason needed', async () => {
  server.world.answer = () => raised(3)
  const { code, out, questions } = await call(['stop'], { tty: true })
  expect(code).toBe(0)
  expect(questions).toEqual([])
  expect(server.calls()).toEqual(['POST /api/stop'])
  expect(out).toContain('EMERGENCY STOP since Sat 21 Nov 13:20 UTC, by M. Durand: wrong KB.')
  expect(out.replaceAll(/\s+/g, ' ')).toContain('3 commands are still on the way to a safe point')
})

it('waits with --wait until no command is open', async () => {
  let open = 4
  server.world.answer = () => raised(--open)
  const { code, out, err } = await call(['stop', '--wait', '--reason', 'wrong KB'])
  expect(code).toBe(0)
  expect(server.calls()).toEqual(['POST /api/stop', 'GET /api/stop', 'GET /api/stop', 'GET /api/stop'])
  expect(err.split('\n').filter(Boolean)).toHaveLength(3)
  expect(out).toContain('No command is open any more.')
})

it('sends the stop again when no answer came', async () => {
  let times = 0
  server.world.answer = () => (++times < 3 ? 'hang up' : raised(0))
  const { code, err } = await call(['stop'])
  expect(code).toBe(0)
  expect(times).toBe(3)
  expect(err.match(/Sending the stop again/g)).toHaveLength(2)
})

it('never claims a stop that was not confirmed', async () => {
  server.world.answer = () => 'hang up'
  const { code, out, err } = await call(['stop'])
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(err).toContain('THE STOP IS NOT CONFIRMED')
})

it('does not repeat a stop that was refused', async () => {
  server.world.answer = () => problem(403, 'You may not do this')
  expect((await call(['stop'])).code).toBe(4)
  expect(server.received).toHaveLength(1)
})

it('goes on waiting over a lost answer, and ends on Ctrl+C', async () => {
  let times = 0
  server.world.answer = () => (++times === 2 ? 'hang up' : raised(2))
  const { code } = await call(['stop', '--wait'], {
    onWait: (round, interrupt) => {
      if (round === 4) interrupt()
    },
  })
  expect(code).toBe(0)
  expect(times).toBeGreaterThan(3)
})

it('releases only with a reason', async () => {
  expect((await call(['release'])).code).toBe(2)
  expect(server.received).toEqual([])
  const { out } = await call(['release', '--reason', 'withdrawn'])
  expect(out).toContain('Released')
  expect(server.calls()).toEqual(['POST /api/release'])
})
