import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CampaignReport, Preparation } from '../../orchestrations/contracts/api.ts'
import { planNow, sceneBoard } from '../e2e/scene.ts'
import { openItem, preparationOf } from './nightScene.ts'
import { startServer, type TestServer } from './server.ts'
import { atlas, type TerminalOptions } from './terminal.ts'
import { answered, problem } from './wire.ts'

let server: TestServer
let folder: string
beforeEach(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'atlas-night-'))
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
const sent = (): unknown => JSON.parse(server.received.at(-1)?.body ?? '')
const last = (): string => server.calls().at(-1) ?? ''
const changes = (): string[] => server.calls().filter((one) => !one.startsWith('GET'))
const id = 'camp-2026-11'
const hour = 3_600_000

it.each([
  [['client-1.dc01'], 'client-1.dc01'],
  [['CLIENT-1.DC01'], 'client-1.dc01'],
  [['dc01', '--client', 'clinique'], 'client-1.dc01'],
])('finds the server of %j', async (names, serverId) => {
  const { code } = await call(['server', 'retry', ...names, '--reason', 'disk freed'])
  expect(code).toBe(0)
  expect(last()).toBe(`POST /api/servers/${serverId}/retry`)
  expect(sent()).toEqual({ reason: 'disk freed' })
})

it('never guesses between two servers or clients, and names the candidates', async () => {
  const servers = await call(['server', 'show', 'dc01'])
  expect(servers.code).toBe(2)
  expect(servers.err).toMatch(/could be several servers: client-0\.dc01, client-1\.dc01.*--client/)
  const clients = await call(['client', 'stop', 'ançay'])
  expect(clients.code).toBe(2)
  expect(clients.err).toMatch(/could be several clients.*client-0, client-1/)
  expect((await call(['server', 'show', 'nowhere'])).err).toContain('There is no server "nowhere"')
  expect(changes()).toEqual([])
})

it('acts on all that a filter lets through, page by page, and on nothing when nothing is said', async () => {
  server.world.board = sceneBoard(60, 5)
  const list = await call(['server', 'list', '--json'])
  expect((JSON.parse(list.out) as { servers: unknown[] }).servers).toHaveLength(300)
  const failed = ['failed', 'rolledBack', 'needsOperator']
  const letters = server.world.board.clients.flatMap((row) => row.cells.split(''))
  const expected = letters.filter((letter) => 'fbo'.includes(letter)).length
  const { code, out } = await call(['server', 'retry', '--failed', '--json'])
  expect(code).toBe(0)
  expect((JSON.parse(out) as { answers: unknown[] }).answers).toHaveLength(expected)
  expect(changes()).toHaveLength(expected)
  expect(failed.every((state) => server.received.some(({ query }) => query.get('state') === state))).toBe(
    true,
  )
  server.received.length = 0
  expect((await call(['server', 'retry'])).code).toBe(2)
  expect(server.received).toEqual([])
})

it('ends with 3 when only some servers were accepted, and says what became of each', async () => {
  server.world.answer = ({ method, path }) =>
    method === 'POST' && path.includes('fs01') ? problem(409, 'It runs', { fix: 'Wait.' }) : undefined
  const names = ['dc01', 'dc02', 'fs01'].map((host) => `client-1.${host}`)
  const { code, out } = await call(['server', 'retry', ...names])
  expect(code).toBe(3)
  expect(out).toMatch(/✓ {2}client-1\.dc01 {2}waiting/)
  expect(out).toMatch(/✗ {2}client-1\.fs01 {2}ATLAS refused \(POST .*, 409\): It runs\. Wait\./)
  expect(out).toContain('2 of 3 done.')
  const denied = await call(['server', 'retry', 'client-1.fs01'])
  expect([denied.code, denied.out]).toEqual([1, ''])
})

it('resolves a server only with an outcome and a reason', async () => {
  expect((await call(['server', 'resolve', 'client-1.dc01', '--reason', 'x'])).code).toBe(2)
  expect(
    (await call(['server', 'resolve', 'client-1.dc01', '--outcome', 'fine', '--reason', 'x'])).code,
  ).toBe(2)
  expect(server.received).toEqual([])
  const line = [
    'server',
    'resolve',
    'client-1.dc01',
    '--outcome',
    'succeeded',
    '--reason',
    'seen',
    '--campaign',
    id,
  ]
  expect((await call(line)).out).toContain('done')
  expect(sent()).toEqual({ campaignId: id, outcome: 'succeeded', reason: 'seen' })
})

it('shows a server with every step, its updates and the cause', async () => {
  const { out } = await call(['server', 'show', 'client-1.dc01'])
  for (const text of [
    'Windows Server 2022',
    'WSUS (http://wsus01:8530), Windows installs and restarts by itself',
    'Atera (AteraAgent)',
    'install',
    '60 min',
    'failed: disk full',
    'KB5031364',
    '0x80070643',
  ])
    expect(out).toContain(text)
})

it('excludes until an hour that is still to come, in the zone shown', async () => {
  await call([
    'client',
    'exclude',
    'client-1',
    '--reason',
    'audit',
    '--until',
    '22:00',
    '--caller',
    'Mme Roux',
  ])
  const until = Date.parse('2026-11-21T21:00:00Z')
  expect(sent()).toEqual({ reason: 'audit', until, caller: 'Mme Roux' })
  const { out } = await call(['server', 'exclude', 'client-1.dc01', '--reason', 'audit', '--until', '06:00'])
  expect(out).toContain('excluded until Sun 22 Nov 06:00 CET')
  expect((await call(['client', 'include', 'client-1'])).out).toContain('takes part again')
})

it.each([
  [['client', 'stop', 'client-1', '--reason', 'line'], 'POST /api/clients/client-1/stop', { reason: 'line' }],
  [
    ['client', 'unlock', 'client-1', '--reason', 'died'],
    'POST /api/clients/client-1/unlock',
    { reason: 'died' },
  ],
  [
    ['server', 'trust', 'client-1.dc01', '--reason', 'r'],
    'POST /api/servers/client-1.dc01/trust',
    { reason: 'r' },
  ],
  [
    ['server', 'forget', 'client-1.dc01', '--reason', 'r'],
    'POST /api/servers/client-1.dc01/forget-agent',
    { reason: 'r' },
  ],
  [['kb', 'block', '5031364', '--reason', 'r'], 'POST /api/updates/KB5031364/block', { reason: 'r' }],
  [['kb', 'unblock', 'kb5031364', '--reason', 'r'], 'POST /api/updates/KB5031364/unblock', { reason: 'r' }],
  [['approval', 'approve', 'ap-1'], 'POST /api/approvals/ap-1/approve', { reason: '' }],
  [['enrolment', 'refuse', 'e-1', '--reason', 'r'], 'POST /api/enrolments/e-1/refuse', { reason: 'r' }],
  [['campaign', 'cancel', '--reason', 'r', '--yes'], `POST /api/campaigns/${id}/cancel`, { reason: 'r' }],
])('sends %j as the API wants it', async (line, expected, body) => {
  const { code, err } = await call(line)
  expect([code, err]).toEqual([0, ''])
  expect(last()).toBe(expected)
  expect(sent()).toEqual(body)
})

it('plans a removal of an update for those that were named', async () => {
  await call(['kb', 'remove', 'KB5031364', '--servers', 'client-1.dc01'])
  expect(sent()).toMatchObject({
    purpose: 'remove',
    selection: { kind: 'servers', servers: ['client-1.dc01'] },
    updates: { ids: ['KB5031364'], categories: [] },
  })
  expect((await call(['kb', 'remove', 'KB5031364'])).code).toBe(2)
  expect((await call(['kb', 'remove', 'windows', '--all'])).err).toContain('no number of an update')
})

it('takes settings from --set, with their help when one does not fit', async () => {
  const line = ['plan', '--all', '--name', 'x']
  await call([
    ...line,
    '--set',
    'maxRetries=1',
    '--set',
    'soakMinutes=0,60,0,0',
    '--set',
    'onFailure=continue',
  ])
  expect(sent()).toMatchObject({
    settings: { maxRetries: 1, soakMinutes: [0, 60, 0, 0], onFailure: 'continue' },
  })
  const bad = await call([...line, '--set', 'successRate=95'])
  expect(bad.code).toBe(2)
  expect(bad.err).toContain('share of counted servers that must have succeeded')
  expect((await call([...line, '--set', 'maxRetry=1'])).err).toContain('Settings are maxRetries')
  expect((await call(['plan', '--help'])).out).toMatch(/soakMinutes=0,120,0,0\n +observation after rings/)
})

it('takes and annotates an open item with the version that was seen', async () => {
  expect((await call(['todo'])).out).toMatch(/needs an operator {2}Clinique Ançay · SQL01/)
  await call(['todo', 'take', 'sql01', '--force'])
  expect(server.received.at(-1)).toMatchObject({ path: `/api/todo/${openItem.id}/take`, ifMatch: '"7"' })
  expect(sent()).toEqual({ release: false, force: true })
  const { out } = await call(['todo', 'note', 'sql01', 'calls back', '--decide', '+2h'])
  expect(sent()).toEqual({ text: 'calls back', decideAt: planNow + 2 * hour })
  expect(out).toContain('next decision Sat 21 Nov 16:20 CET')
  server.world.answer = ({ method }) => (method === 'POST' ? problem(412, 'The item has changed') : undefined)
  const late = await call(['todo', 'take', 'sql01'])
  expect(late.code).toBe(1)
  expect(late.err).toContain('Look again')
})

it('adds and removes waivers of several servers', async () => {
  const servers = ['client-1.dc01', 'client-1.dc02']
  const { code } = await call(['waiver', 'add', ...servers, '--until', '+7d', '--reason', 'rebuilt'])
  expect(code).toBe(0)
  const bodies = server.received
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body) as object)
  expect(bodies).toEqual(
    servers.map((serverId) => ({ serverId, reason: 'rebuilt', until: planNow + 168 * hour })),
  )
  await call(['waiver', 'remove', ...servers])
  expect(changes().slice(2).toSorted()).toEqual(servers.map((one) => `DELETE /api/waivers/${one}`))
})

it('prepares, waits with a bar, and shows what is not go; --strict makes that a partial success', async () => {
  let looks = 0
  server.world.answer = ({ path }) =>
    path.endsWith('/preparation')
      ? answered(Preparation, preparationOf(server.world.board, ++looks < 3 ? 'running' : 'ended'))
      : undefined
  server.world.heads = [{ ...server.world.board.campaign, state: { kind: 'planned' } }]
  const line = ['campaign', 'prepare', '--wait', '--no-download', '--max-kilobits', '8000']
  const { code, out, err } = await call(line, { tty: true })
  expect(code).toBe(0)
  const body = server.received.find(({ method }) => method === 'POST')?.body ?? ''
  expect(JSON.parse(body)).toEqual({ download: false, maxKilobitsPerSecond: 8000 })
  expect(looks).toBe(3)
  expect(err).toMatch(/Preparing █+░+ 25 %/)
  expect(out).toContain('no restore point was found')
  expect(out).not.toContain('Enough free disk space')
  looks = 3
  expect((await call(['campaign', 'preparation', '--strict', '--all'])).out).toContain(
    'Enough free disk space',
  )
  expect((await call(['campaign', 'preparation', '--strict'])).code).toBe(3)
})

it('watches a start with a bar on standard error and leaves the board on standard output', async () => {
  const line = ['campaign', 'start', '--hash', 'a'.repeat(64), '--watch']
  const end = () => {
    const { board } = server.world
    server.world.board = { ...board, campaign: { ...board.campaign, state: { kind: 'ended' } } }
  }
  const { code, out, err } = await call(line, { tty: true, onWait: end })
  expect(code).toBe(0)
  expect(err).toMatch(/Campaign █+░* \d+ % {2}\d+\/40/)
  expect(out).toContain('Success rate')
  const json = await call(['campaign', 'start', id, ...line.slice(2), '--json'])
  expect(json.lines.map((one) => Object.keys(JSON.parse(one) as object))).toEqual([
    ['plan', 'campaign', 'stop', 'rings', 'totals'],
  ])
})

it('writes reports in the format of the file and the language of --lang', async () => {
  await call(['campaign', 'report', '--client', 'client-1', '-o', 'r.html', '--lang', 'fr'])
  expect(Object.fromEntries(server.received.at(-1)?.query ?? [])).toEqual({
    format: 'html',
    language: 'fr',
    client: 'client-1',
  })
  expect(await readFile(join(folder, 'r.html'), 'utf8')).toBe('<html lang="fr">')
  expect((await call(['campaign', 'report', '--format', 'csv'])).out).toBe('Server\r\n')
  const { out } = await call(['campaign', 'report'])
  for (const text of ['✓ 39', 'disk full', '10 min down', 'next Sun 22 Nov', '39 done · 1 failed'])
    expect(out).toContain(text)
  const json = await call(['campaign', 'report', '--json'])
  expect(CampaignReport.safeParse(JSON.parse(json.out)).success).toBe(true)
  const lost = await call(['campaign', 'report', '-o', 'no/such/folder.html'])
  expect(lost.code).toBe(2)
})

it('exports the lists of the seeds as they come', async () => {
  expect((await call(['export', 'orchestration'])).out).toBe('ServerName;Status\r\nDC01;Completed\r\n')
  expect((await call(['export', 'everything'])).code).toBe(2)
  server.world.answer = () => ({ status: 200, body: '<html>', type: 'text/html' })
  expect((await call(['export', 'orchestration'])).err).toContain('does not understand')
})

it('lists notices, approvals, tokens, enrolments, waivers and updates for people and as JSON', async () => {
  for (const [line, text] of [
    [['notice', 'list'], 'webhook: failed after 3 attempts: refused'],
    [['approval', 'list'], 'unlock a client'],
    [['token', 'list'], 'Servers left'],
    [['enrolment', 'list'], 'NEW01'],
    [['waiver', 'list'], 'client-1.dc01'],
    [['kb', 'list'], '9, failed at 2'],
  ] as const) {
    expect((await call(line)).out).toContain(text)
    expect(typeof JSON.parse((await call([...line, '--json'])).out)).toBe('object')
  }
  expect((await call(['notice', 'test'])).code).toBe(3)
})

it('prints only the address of a calendar on standard output', async () => {
  const { out, err } = await call(['client', 'calendar', 'client-1'])
  expect(out).toBe('http://h/api/calendars/client-1?key=k\n')
  expect(err).toContain('Whoever has this address')
})

it('asks before it cancels for good, and never off a terminal', async () => {
  const line = ['campaign', 'cancel', '--reason', 'wrong month']
  expect(await call(line)).toMatchObject({ code: 2, questions: [] })
  expect(server.received).toEqual([])
  const no = await call(line, { tty: true, answers: ['n'] })
  expect(no.code).toBe(2)
  expect(no.questions[0]).toMatch(/Cancel camp-2026-11 for good\? \d+ servers that wait/)
  expect(changes()).toEqual([])
  expect((await call(line, { tty: true, answers: ['y'] })).code).toBe(0)
  expect(last()).toBe(`POST /api/campaigns/${id}/cancel`)
})
