import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ClientRow } from '../../orchestrations/contracts/board.ts'
import { sceneBoard } from '../e2e/scene.ts'
import { startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const call = (line: readonly string[], options: TerminalOptions = {}) =>
  atlas([...line, '--server', server.address, '--token', 'operator', '--zone', 'Europe/Paris'], options)

function change(clientId: string, part: Partial<ClientRow>): void {
  const { board } = server.world
  const clients = board.clients.map((row) => (row.clientId === clientId ? { ...row, ...part } : row))
  server.world.board = { ...board, clients }
}
function endCampaign(): void {
  const { board } = server.world
  server.world.board = { ...board, campaign: { ...board.campaign, state: { kind: 'ended' } } }
}

it('shows rings and figures, and clients with trouble first', async () => {
  server.world.board = sceneBoard(40, 6)
  const { lines, out } = await call(['status'])
  expect(out).toContain('✓ 0 Internal  6/6')
  expect(out).toMatch(
    /Done \d+\/240 │ In progress \d+ │ Elapsed 14:20 │ Remaining .* │ Active clients \d+\/40/,
  )
  const first = lines.findIndex((line) => line.includes('Client  ')) + 1
  expect(lines[first]).toMatch(/^! Hôtel St-Jean/)
  expect(lines[first]).toContain('rolling back is not allowed here (role SQL)')
  expect(lines[first + 1]).toMatch(/^\? /)
})

it('says the same in French', async () => {
  server.world.board = sceneBoard(40, 6)
  const { out } = await call(['status', '--lang', 'fr'])
  for (const text of [
    'en cours',
    'Terminés',
    'Taux de réussite',
    'à traiter',
    '3 Critique',
    'en pause par M. Durand',
  ])
    expect(out).toContain(text)
})

it('colours only a terminal, and not with NO_COLOR or --no-color', async () => {
  const painted = /\u001B\[\d+m/ // oxlint-disable-line no-control-regex -- these are what is looked for
  expect((await call(['status'], { tty: true })).out).toMatch(painted)
  expect((await call(['status'])).out).not.toMatch(painted)
  expect((await call(['status', '--no-color'], { tty: true })).out).not.toMatch(painted)
  expect((await call(['status'], { tty: true, env: { NO_COLOR: '1' } })).out).not.toMatch(painted)
})

it('watches off a terminal with one line per change, until the campaign has ended', async () => {
  const { lines, code } = await call(['status', '--watch'], {
    onWait(round) {
      if (round === 2) change('client-1', { cells: 'sssr', state: { kind: 'running' }, now: [] })
      if (round === 4) endCampaign()
    },
  })
  expect(code).toBe(0)
  const facts = 2 + 4 + 10
  expect(lines).toHaveLength(facts + 2)
  expect(lines[facts]).toMatch(/^Sat 21 Nov 14:20 CET {2}.*: 3\/4 · in progress$/)
  expect(lines[facts + 1]).toContain('ended')
})

it('refreshes in place on a terminal, cuts to its size, and leaves the last board behind', async () => {
  server.world.board = sceneBoard(100, 10)
  const { out } = await call(['status', '--watch'], { tty: true, onWait: endCampaign })
  const [screen = '', after = ''] = out.split('\u001B[?25h\u001B[?1049l')
  const frames = screen.split('\u001B[H').slice(1)
  expect(frames).toHaveLength(2)
  expect(frames[0]?.split('\n').length).toBe(23)
  expect(frames[0]).toContain('more lines')
  expect(after.split('\n').length).toBeGreaterThan(100)
})

it('goes on over lost answers, says how old its picture is, and ends on Ctrl+C', async () => {
  let times = 0
  server.world.answer = ({ path }) => (path.endsWith('camp-2026-11') && ++times > 1 ? 'hang up' : undefined)
  const { code, err } = await call(['status', '--watch'], {
    onWait: (round, interrupt) => {
      if (round === 5) interrupt()
    },
  })
  expect(code).toBe(0)
  expect(err.match(/What you see is \d+ s old/g)).toHaveLength(1)
})

it('watches with --json as one document a line', async () => {
  const { lines } = await call(['status', '--watch', '--json'], {
    onWait: (round) => {
      if (round === 2) endCampaign()
    },
  })
  expect(
    lines.map((line) => (JSON.parse(line) as { campaign: { state: { kind: string } } }).campaign.state.kind),
  ).toEqual(['running', 'ended'])
})

it('lets no control character of others reach the terminal', async () => {
  change('client-1', { name: 'Evil\u001B]0;title\u0007\u009B31m' })
  const { out } = await call(['status'])
  expect(out).not.toMatch(/[^\P{Cc}\n]/u)
})
