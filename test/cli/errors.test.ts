import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Refusal } from '../../functions/http/respond.ts'
import { problem, startServer, type Answer, type TestServer } from './server.ts'
import { atlas } from './terminal.ts'

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

const token = ['--token', 'operator']
const save = async (path: string, content: unknown) => {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
}

const answers: [name: string, answer: Answer | 'hang up', code: number, said: RegExp][] = [
  ['an unknown token', problem(401, 'Who are you?'), 4, /does not know this token.*npm start/],
  ['a missing right', problem(403, 'You may not do this', { detail: 'X is observer' }), 4, /X is observer/],
  ['an unknown thing', problem(404, 'There is no campaign x'), 2, /no campaign x\. `atlas campaign list`/],
  [
    'advice in terms of the API',
    problem(404, 'No campaign x', { fix: 'GET /api/campaigns lists them.' }),
    2,
    /No campaign x\. `atlas campaign list` lists them/,
  ],
  ['where it happened', problem(409, 'Not now'), 1, /refused \(GET \/api\/campaigns, 409\): Not now\.$/m],
  ['a bad body', problem(400, 'The body is not JSON', { fix: 'Send one.' }), 2, /not JSON\. Send one/],
  ['a conflict', problem(409, 'Raised', { fix: 'POST /api/release.' }), 1, /`atlas release --reason TEXT`/],
  ['a busy store', problem(503, 'The store is busy', { fix: 'Try again.' }), 1, /busy\. Try again/],
  ['a failure', problem(500, 'ATLAS failed to do this'), 1, /failed to do this/],
  ['another program', { status: 502, body: '<html>' }, 1, /status 502 and no explanation/],
  ['a redirect', { status: 302, body: '' }, 1, /status 302/],
  ['another version', { status: 200, body: { campaigns: [{}] } }, 1, /does not understand.*campaigns\.0/],
  ['no JSON', { status: 200, body: 'hello' }, 1, /does not understand/],
  ['a cut line', 'hang up', 1, /No answer from ATLAS at http/],
]
it.each(answers)('tells %s in one line, with its exit code', async (_, answer, code, said) => {
  server.world.answer = () => answer
  const result = await atlas(['campaign', 'list', '--server', server.address, ...token])
  expect(result.code).toBe(code)
  expect(result.err).toMatch(said)
  expect(result.err.trimEnd().split('\n')).toHaveLength(1)
  expect(result.err).not.toMatch(/\n\s+at /)
  expect(result.out).toBe('')
})

it('asks for refusals in the language of the command line, and gives their advice as a command', async () => {
  const refused = new Refusal('noSuchCampaign', { campaignId: 'x' })
  server.world.answer = ({ language }) => ({ status: 404, body: refused.in(language === 'fr' ? 'fr' : 'en') })
  const said = async (...more: string[]) =>
    (await atlas(['campaign', 'list', '--server', server.address, ...token, ...more])).err
  expect(await said('--lang', 'fr')).toBe(
    'atlas: ATLAS a refusé (GET /api/campaigns, 404) : Il n’y a pas de campagne x. `atlas campaign list` en donne la liste.\n',
  )
  expect(await said()).toContain('There is no campaign x. `atlas campaign list` lists them.')
})

it('tells a refused connection in one line', async () => {
  const { address } = server
  await server.close()
  const { code, err } = await atlas(['status', '--server', address, ...token])
  expect(code).toBe(1)
  expect(err).toBe(
    `atlas: No answer from ATLAS at ${address}: connection refused. Start it with \`npm start\`, or name another address with --server.\n`,
  )
  server = await startServer()
})

it('lists each fault of a file with line, column and what to do', async () => {
  await save('a.csv', 'host,ring\nDC01,9\n')
  const fault = {
    file: 'a.csv',
    line: 2,
    column: 'ring',
    code: 'unknownRing',
    params: { text: '9' },
  }
  server.world.answer = () =>
    problem(422, 'a.csv was refused: 1 fault(s), nothing was applied', { errors: [fault] })
  const argv = ['inventory', 'import', 'a.csv', '--server', server.address, ...token]
  const { code, err } = await atlas(argv, { folder })
  expect(code).toBe(2)
  expect(err.split('\n')[1]).toBe(
    '  a.csv:2:ring: "9" is no ring. Use 0 internal, 1 pilot, 2 standard or 3 critical.',
  )
  const french = await atlas([...argv, '--lang', 'fr'], { folder })
  expect(french.err.split('\n')[1]).toBe(
    "  a.csv:2:ring : « 9 » n'est pas un anneau. Indiquez 0 interne, 1 pilote, 2 standard ou 3 critique.",
  )
  const json = await atlas([...argv, '--json'], { folder })
  expect(JSON.parse(json.out)).toMatchObject({ error: { exitCode: 2, problem: { errors: [fault] } } })
})

it.each<[line: string[], said: RegExp]>([
  [['campain'], /Unknown command 'campain'\. Did you mean campaign\? See `atlas --help`/],
  [['campaign', 'strt'], /Did you mean start\? See `atlas campaign --help`/],
  [['status', '--wach'], /--watch/],
  [['ring', 'hold', '1'], /--reason.*not specified/],
  [['ring', 'hold', '--reason', 'x'], /argument 'ring'/],
  [['ring', 'hold', '7', '--reason', 'x'], /"7" is no value for Ring: a whole number from 0 to 3/],
  [['client', 'pause', 'client-1', '--until', 'soon'], /"soon" is no time\. Write \+2h/],
  [['client', 'pause', 'client-1', '--until', '2020-01-01T10:00'], /over already/],
  [['inventory', 'import', 'missing.csv'], /There is no file .*missing\.csv/],
  [['inventory', 'import', '.'], /is a folder/],
  [['status', '--zone', 'Paris'], /"Paris" is no time zone/],
  [['status', '--lang', 'de'], /Allowed choices are en, fr/],
  [['status', '--as', 'approver'], /--token and --as both/],
  [['token', 'enrol', 'client-1', '--days', '30'], /from 1 to 7/],
  [['campaign', 'show', 'No Such'], /is no campaign's id/],
])('refuses %j as bad input', async (line, said) => {
  const { code, err } = await atlas([...line, '--server', server.address, ...token], { folder })
  expect(code).toBe(2)
  expect(err).toMatch(said)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

it('says in French what is wrong in the command itself', async () => {
  const options = { env: { LANG: 'fr_FR.UTF-8' } }
  expect((await atlas(['campain'], options)).err).toBe(
    'atlas: La commande « campain » n’existe pas. Vouliez-vous dire campaign ? Voir `atlas --help`.\n',
  )
  expect((await atlas(['status'], options)).err).toContain('Aucun serveur n’est nommé.')
})

it('finds server and token where `npm start` saved them, of either person', async () => {
  await save('.atlas/operator.json', { server: server.address, token: 'operator' })
  await save('.atlas/approver.json', { server: server.address, token: 'approver' })
  await save('other/operator.json', { server: server.address, token: 'stale' })
  expect((await atlas(['campaign', 'list'], { folder })).code).toBe(0)
  expect((await atlas(['campaign', 'list', '--as', 'approver'], { folder })).code).toBe(0)
  expect((await atlas(['campaign', 'list', '--data', 'other'], { folder })).code).toBe(4)
  expect(server.received.map((request) => request.token)).toEqual(['operator', 'approver', 'stale'])
})

it('lets the environment name them, and the command line more than the environment', async () => {
  const env = { ATLAS_SERVER: server.address, ATLAS_TOKEN: 'operator' }
  await atlas(['campaign', 'list'], { env })
  await atlas(['campaign', 'list', '--token', 'approver'], { env })
  expect(server.received.map((request) => request.token)).toEqual(['operator', 'approver'])
})

it('sends a saved token to no other server', async () => {
  await save('.atlas/operator.json', { server: 'http://127.0.0.1:1', token: 'secret' })
  const { code, err } = await atlas(['status', '--server', server.address], { folder })
  expect(code).toBe(2)
  expect(err).toContain('it is not sent to')
  expect(server.received).toEqual([])
})

it.each([
  ['a broken file', '{'],
  ['a file without token', { server: 'http://h' }],
])('tells %s in one line', async (_, content) => {
  await save('.atlas/operator.json', content)
  const { code, err } = await atlas(['status'], { folder })
  expect(code).toBe(2)
  expect(err).toMatch(/^atlas: .* is not what `npm start` writes.*\n$/)
})

it('tells how to name a server when none is known', async () => {
  const { code, err } = await atlas(['status'], { folder })
  expect(code).toBe(2)
  expect(err).toMatch(/^atlas: No server is named\..*npm start.*\n$/)
})
