import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PlanAnswer } from '../../orchestrations/contracts/api.ts'
import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import { planNow } from '../e2e/scene.ts'
import { planOf, problem, startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'

let server: TestServer
let folder: string
beforeEach(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'atlas-cli-'))
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const call = (line: readonly string[], options: TerminalOptions = {}) =>
  atlas([...line, '--server', server.address, '--token', 'operator', '--zone', 'Europe/Paris'], {
    folder,
    ...options,
  })
const id = 'camp-2026-11'
const hash = 'a'.repeat(64)
const sent = (): unknown => JSON.parse(server.received.at(-1)?.body ?? '')

it('sends an inventory file as it is, with its name', async () => {
  await writeFile(join(folder, 'été.csv'), 'host;client\nDC01;Ançay\n')
  const { code, out } = await call(['inventory', 'import', 'été.csv', '--dry-run'])
  expect(code).toBe(0)
  const [request] = server.received
  expect(request).toMatchObject({ method: 'POST', path: '/api/inventory', type: 'text/csv' })
  expect(request?.body).toBe('host;client\nDC01;Ançay\n')
  expect(Object.fromEntries(request?.query ?? [])).toEqual({ dryRun: 'true', file: 'été.csv' })
  expect(out).toContain('nothing was applied')
  expect(out).toContain('38 new, 2 changed, 0 as before')
})

it('says what an import noted in the language that was asked for', async () => {
  await writeFile(join(folder, 'a.csv'), 'host\nDC01\n')
  const told = async (lang: string) =>
    (await call(['inventory', 'import', 'a.csv', '--dry-run', '--lang', lang])).out
  expect(await told('en')).toContain('2 rows were left out')
  expect(await told('fr')).toContain('2 lignes laissées de côté')
})

it('tells the progress of an import on standard error of a terminal, and nothing else on standard output', async () => {
  await writeFile(join(folder, 'a.csv'), 'host\nDC01\n')
  const { out, err } = await call(['inventory', 'import', 'a.csv', '--json'], { tty: true })
  expect(JSON.parse(out)).toMatchObject({ applied: true, servers: 40 })
  expect(err).toContain('Importing')
})

it.each([
  [['--all'], { kind: 'everything' }],
  [['--rings', '1,0'], { kind: 'rings', rings: [1, 0] }],
  [['--clients', 'client-1,Garage Ançay'], { kind: 'clients', clients: ['client-1', 'client-2'] }],
])('plans exactly the selection of %j', async (options, selection) => {
  const { code } = await call(['plan', '--name', 'November', ...options])
  expect(code).toBe(0)
  expect(sent()).toMatchObject({ name: 'November', selection })
})

it.each([[[]], [['--rings', ',']], [['--clients', '']], [['--all', '--rings', '0']], [['--rings', '4']]])(
  'refuses to plan with %j and asks nothing of the server',
  async (options) => {
    const { code, err } = await call(['plan', '--name', 'x', ...options])
    expect(code).toBe(2)
    expect(err).toMatch(/never means everything|exclude each other|whole number from 0 to 3/)
    expect(server.received).toEqual([])
  },
)

it('approves only the named updates, or else the usual categories', async () => {
  await call(['plan', '--all', '--name', 'x', '--updates', 'KB1', 'KB2,KB3'])
  expect(sent()).toMatchObject({ updates: { ids: ['KB1', 'KB2', 'KB3'], categories: [] } })
  await call(['plan', '--all', '--name', 'x'])
  const { updates } = sent() as { updates: { categories: string[] } }
  expect(updates.categories).toEqual(['security', 'critical', 'updateRollup', 'definition'])
  await call(['plan', '--all', '--name', 'x', '--categories', 'Security Updates,other'])
  expect(sent()).toMatchObject({ updates: { categories: ['security', 'other'] } })
  const { code, err } = await call(['plan', '--all', '--name', 'x', '--categories', 'everything'])
  expect(code).toBe(2)
  expect(err).toContain('"everything" is no category of updates. Categories are security')
})

it.each(['Drivers', 'preview', 'featureUpgrade'])(
  'refuses the category %s, which approves nothing',
  async (category) => {
    const argv = ['plan', '--all', '--name', 'x', '--categories', `security,${category}`]
    const { code, err } = await call(argv)
    expect(code).toBe(2)
    expect(err).toContain(`"${category}" is approved by number alone`)
    expect(err).toContain('--updates')
    expect((await call([...argv, '--lang', 'fr'])).err).toContain(`« ${category} » s’approuve par numéro`)
    expect(server.received).toEqual([])
  },
)

it('sends the settings of a file, and refuses one that ATLAS does not know', async () => {
  await writeFile(join(folder, 's.json'), '{"maxRetries":1}')
  await call(['plan', '--all', '--name', 'x', '--settings', 's.json'])
  expect(sent()).toMatchObject({ settings: { maxRetries: 1 } })
  await writeFile(join(folder, 's.json'), '{"maxRetry":1}')
  const { code, err } = await call(['plan', '--all', '--name', 'x', '--settings', 's.json'])
  expect(code).toBe(2)
  expect(err).toMatch(/maxRetry.*Settings are maxRetries/)
})

it('prints the plan: first start, end, who does not fit and why, who is refused, hash and id', async () => {
  const { out } = await call(['plan', '--all', '--name', 'x'])
  for (const text of [
    'Sat 21 Nov 00:00 CET',
    'Sat 21 Nov 14:20–15:20 CET',
    'SQL01 does not fit the first window',
    'Carried over to the next window',
    'garage-moreau.web01  No maintenance window is left',
    hash,
    `atlas campaign approve ${id}`,
  ])
    expect(out).toContain(text)
})

it.each(['approve', 'start'])('never asks off a terminal: campaign %s then needs --hash', async (verb) => {
  const refused = await call(['campaign', verb])
  expect(refused).toMatchObject({ code: 2, questions: [] })
  expect(refused.err).toContain('--hash is missing')
  expect(server.received).toEqual([])
  const json = await call(['campaign', verb, '--json'], { tty: true })
  expect(json).toMatchObject({ code: 2, questions: [] })
  expect((await call(['campaign', verb, id, '--hash', hash])).code).toBe(0)
  expect(server.calls()).toEqual([`POST /api/campaigns/${id}/${verb}`])
  expect(sent()).toEqual({ planHash: hash })
})

it('shows the plan and asks on a terminal, and does nothing without a yes', async () => {
  const no = await call(['campaign', 'start', id], { tty: true, answers: [''] })
  expect(no.code).toBe(2)
  expect(no.err).toContain('First start')
  expect(server.calls()).toEqual([`GET /api/campaigns/${id}/plan`])
  const yes = await call(['campaign', 'start', id, '--lang', 'fr'], { tty: true, answers: ['oui'] })
  expect(yes.code).toBe(0)
  expect(yes.questions[0]).toContain(hash)
  expect(sent()).toEqual({ planHash: hash })
})

const heads = (...kinds: readonly CampaignHead['state']['kind'][]): CampaignHead[] =>
  kinds.map((kind, index) => ({
    ...server.world.board.campaign,
    campaignId: `${server.world.board.campaign.campaignId}-${index}` as CampaignHead['campaignId'],
    state: { kind, reason: '', actor: 'x', by: 'x' } as CampaignHead['state'],
  }))

it('finds the one campaign that a verb can be for', async () => {
  server.world.heads = heads('ended', 'running', 'paused')
  await call(['campaign', 'resume'])
  expect(server.calls().at(-1)).toBe(`POST /api/campaigns/${id}-2/resume`)
})

it('never guesses between two campaigns', async () => {
  server.world.heads = heads('running', 'running')
  const { code, err } = await call(['campaign', 'pause'])
  expect(code).toBe(2)
  expect(err).toContain(`${id}-0 (in progress), ${id}-1 (in progress)`)
  expect(server.calls()).toEqual(['GET /api/campaigns'])
})

it.each(['hold', 'promote'])('%ss a ring of the campaign under way, with a reason', async (verb) => {
  expect((await call(['ring', verb, '2'])).code).toBe(2)
  expect(server.received).toEqual([])
  const { code, out } = await call(['ring', verb, '2', '--reason', 'suspicion'])
  expect(code).toBe(0)
  expect(server.calls().at(-1)).toBe(`POST /api/campaigns/${id}/rings/2/${verb}`)
  expect(sent()).toEqual({ reason: 'suspicion' })
  expect(out).toContain('2 Standard')
})

it('pauses a client until two hours of plan time from now, and tells when the server in hand is back', async () => {
  const { out } = await call(['client', 'pause', 'client-1', '--until', '+2h', '--caller', 'Mme Roux'])
  expect(sent()).toEqual({ reason: '', until: planNow + 7_200_000, caller: 'Mme Roux' })
  expect(out).toContain('until Sat 21 Nov 16:20 CET')
  expect(out).toContain('back at Sat 21 Nov 14:40 CET')
})

it('finds a client by its name, without accents or capitals', async () => {
  const row = server.world.board.clients[1]
  await call(['client', 'resume', row?.name.toUpperCase() ?? ''])
  expect(server.calls().at(-1)).toBe(`POST /api/clients/${row?.clientId}/resume`)
})

it('shows a client with the cause of each server', async () => {
  const { out } = await call(['client', 'show', 'client-1'])
  for (const text of [
    'DC01',
    'What happened last',
    'command.succeeded',
    'held by camp-2026-11',
    '2026-12-24',
  ])
    expect(out).toContain(text)
  expect(JSON.parse((await call(['client', 'show', 'client-1', '--json'])).out)).toMatchObject({
    clientId: 'client-1',
    campaignId: id,
    detail: { row: { clientId: 'client-1' } },
  })
})

it('lists and shows clients without any campaign', async () => {
  server.world.heads = []
  const list = await call(['client', 'list'])
  expect(list.out).toContain('Clinique Ançay')
  const { out } = await call(['client', 'show', 'client-1'])
  expect(out).toContain('heard Sat 21 Nov 14:20 CET')
  expect(out).not.toContain('What happened last')
})

it('verifies one ledger: exit code 1 when it is broken', async () => {
  expect((await call(['ledger', 'verify', 'client-1'])).code).toBe(0)
  server.world.answer = ({ path }) =>
    path.endsWith('/verify')
      ? {
          status: 200,
          body: {
            clientId: 'client-1',
            kind: 'broken',
            rows: 9,
            head: 'h',
            brokenAt: 7,
            message: 'hash differs',
          },
        }
      : undefined
  const { code, out } = await call(['ledger', 'verify', 'client-1'])
  expect(code).toBe(1)
  expect(out).toContain('BROKEN at row 7: hash differs')
})

it('verifies all ledgers: 3 when one could not be read, 1 when one is broken', async () => {
  expect((await call(['ledger', 'verify', '--all'])).code).toBe(0)
  const verdict = (kind: string) => ({ clientId: 'client-2', kind, rows: 1, head: 'h', message: 'm' })
  server.world.answer = ({ path }) => (path.includes('client-3/') ? problem(503, 'busy') : undefined)
  const partial = await call(['ledger', 'verify', '--all'])
  expect(partial.code).toBe(3)
  expect(partial.out).toContain('? client-3')
  server.world.answer = ({ path }) =>
    path.includes('client-2/') ? { status: 200, body: verdict('broken') } : undefined
  expect((await call(['ledger', 'verify', '--all'])).code).toBe(1)
  expect((await call(['ledger', 'verify'])).code).toBe(2)
})

it('verifies every client of the inventory and the ledger of the fleet, who sees one client only that one', async () => {
  const verified = () =>
    server
      .calls()
      .flatMap((one) => /ledger\/(.*)\/verify$/.exec(one)?.[1] ?? [])
      .toSorted()
  await call(['ledger', 'verify', '--all'])
  expect(verified()).toEqual(
    ['atlas-fleet', ...server.world.board.clients.map(({ clientId }) => clientId)].toSorted(),
  )
  server.received.length = 0
  server.world.answer = ({ path }) => {
    if (path === '/api/me')
      return { status: 200, body: { name: 'sam', roles: ['observer'], clients: ['client-1'] } }
    const only = {
      clientId: 'client-1',
      name: 'x',
      ring: 1,
      servers: 4,
      enrolled: 0,
      control: { kind: 'running' },
    }
    return path === '/api/clients' ? { status: 200, body: { clients: [only] } } : undefined
  }
  await call(['ledger', 'verify', '--all'])
  expect(verified()).toEqual(['client-1'])
})

it('reads a ledger page by page to its end', async () => {
  const line = (sequence: number) => ({
    clientId: 'client-1',
    sequence,
    at: planNow,
    planAt: planNow,
    actor: 'atlas',
    action: 'server.started',
    object: 'x',
  })
  server.world.answer = ({ path, query }) => {
    if (!path.startsWith('/api/ledger/')) return undefined
    const after = Number(query.get('after'))
    const count = Math.max(0, Math.min(Number(query.get('limit')), 1500 - after))
    return {
      status: 200,
      body: { lines: Array.from({ length: count }, (_, index) => line(after + index + 1)) },
    }
  }
  await call(['ledger', 'show', 'atlas-fleet'])
  expect(server.calls().at(-1)).toBe('GET /api/ledger/atlas-fleet')
  const { lines } = await call(['ledger', 'show', 'client-1'])
  expect(lines).toHaveLength(1500)
  expect(lines.at(-1)).toContain('1500')
  expect((await call(['ledger', 'show', 'client-1', '--after', '1495', '--limit', '3'])).lines).toHaveLength(
    3,
  )
})

it('makes enrolment tokens for several clients', async () => {
  const { out, err } = await call(['token', 'enrol', 'client-1', 'client-2', '--hosts', '5', '--days', '2'])
  expect(sent()).toEqual({ clients: ['client-1', 'client-2'], hosts: 5, days: 2 })
  expect(out).toContain('client-2')
  expect(err).toContain('only now')
  await call(['token', 'enrol', 'client-1', '--hosts', '1', '--hours', '1'])
  expect(sent()).toEqual({ clients: ['client-1'], hosts: 1, hours: 1 })
})

it('prints with --json what the server answered, as one document', async () => {
  const { out } = await call(['campaign', 'show', '--json'])
  expect(JSON.parse(out)).toEqual(PlanAnswer.parse(planOf(server.world.board.campaign)))
  expect(JSON.parse((await call(['status', '--json'])).out)).toMatchObject({
    clients: expect.any(Array),
    totals: { servers: 40 },
  })
})
