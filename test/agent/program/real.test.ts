import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FleetFile } from '../../../infra/local/fleet/fleetFile.ts'
import { instant } from '../../../infra/local/fleet/scenarios/even.ts'
import { connectWindows } from '../../../infra/local/fleet/windows/adapter.ts'
import { Machines } from '../../../infra/local/fleet/windows/machines.ts'
import { EnrolmentTokenAnswer, Preparation, ServerAnswer } from '../../../orchestrations/contracts/api.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'
import type { LiveHost } from '../../support/liveHost.ts'
import { startOneServer, until, type OneServer } from '../../support/oneServer.ts'
import { openStandIn, type StandIn } from './standIn.ts'

let one: OneServer
let host: LiveHost
let server: Server
let agent: StandIn
let machines: Machines
let reinstalled: StandIn
let folder: string
let token: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-agent-windows-'))
  one = await startOneServer()
  ;({ host, server, token } = one)
  const fleet = FleetFile.parse({
    apiUrl: host.base,
    clockFile: 'unused',
    seed: 1,
    scenario: instant,
    servers: [
      {
        serverId: server.serverId,
        clientId: server.clientId,
        client: 'One',
        host: server.host,
        kind: server.kind,
        roles: [],
        os: { name: 'Windows Server 2022', build: '10.0.20348' },
      },
    ],
    tokens: { [server.clientId]: token },
  })
  machines = new Machines(folder, fleet, { now: Date.now, wireDelay: (ms) => ms / 1_000 })
  const [machine] = fleet.servers
  if (machine === undefined) throw new Error('the fleet is empty')
  agent = openStandIn(server.host, connectWindows(machines, machine))
  reinstalled = openStandIn(server.host, connectWindows(machines, machine))
}, 60_000)
afterAll(async () => {
  machines.close()
  agent.remove()
  reinstalled.remove()
  await host.remove()
  rmSync(folder, { recursive: true, force: true })
})

const enrol = (...more: readonly string[]) => agent.type(['enrol', '--server', host.base, ...more])

test('a token that nobody issued enrols nobody, and is said nowhere', async () => {
  const wrong = 'never-issued-by-anybody'
  const { exit, err } = await enrol('--token', wrong)
  expect(exit).toBe('refused')
  expect(err).toContain('The enrolment token is not valid')
  expect(err).not.toContain(wrong)
  expect((await agent.type(['run'])).exit).toBe('notEnrolled')
})

test('enrolled with its token it carries commands out, shows them, and stops when it is asked to', async () => {
  expect(await enrol('--token', token)).toMatchObject({
    exit: 'ok',
    out: `Enrolled as ${server.serverId}.\n`,
  })
  expect(await enrol()).toMatchObject({ exit: 'ok', out: `Enrolled as ${server.serverId} already.\n` })

  await hearOnce(agent)
  const stop = new AbortController()
  const { preparation, running } = await prepareWith(agent, stop.signal)
  // Only its own reports can have told.
  expect(preparation.clients[0]?.servers[0]).toMatchObject({
    serverId: server.serverId,
    build: expect.stringMatching(/^10\.0\.20348/),
    downloaded: expect.arrayContaining(['kb5068787-2026-11']),
  })

  const status = await agent.type(['status'])
  expect(status).toMatchObject({ exit: 'ok', err: '' })
  expect(status.out).toContain(`${server.serverId} of client ${server.clientId}`)
  expect(status.out).toContain('All is well.')
  const { exit, err } = await agent.type(['run'])
  expect({ exit, err }).toMatchObject({ exit: 'alreadyRunning', err: expect.stringContaining(agent.data) })

  stop.abort()
  expect((await running).exit).toBe('ok')
  const after = await agent.type(['status'])
  expect(after.exit).toBe('needsAttention')
  expect(after.out).toContain('it does not run')
}, 60_000)

test('neither its token nor its key nor a signature for its queue stands in its log or status', async () => {
  const log = readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')
  expect(log).toMatch(/inspect of \S+ accepted[^]*: inspect succeeded/)
  const key = readFileSync(join(agent.data, 'key.pem'), 'utf8')
  const secrets = [token, ...key.split('\n').filter((line) => line.length > 20), 'SharedAccessSignature sr']
  const texts = [
    log,
    readFileSync(join(agent.data, 'status.json'), 'utf8'),
    (await agent.type(['status', '--json'])).out,
  ]
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret)
  expect(readdirSync(agent.data)).not.toContain('enrolment.json')
})

test('reinstalled it has another key: it is let in once its old agent is forgotten, which is refused from then on', async () => {
  const asked = { clients: [server.clientId], hosts: 1, hours: 1 }
  const { tokens } = await host.api.post('enrolment-tokens', asked, EnrolmentTokenAnswer)
  const line = ['enrol', '--server', host.base, '--token', tokens[0]?.token ?? '']
  const refused = await reinstalled.type(line)
  expect(refused).toMatchObject({ exit: 'refused', err: expect.stringContaining('atlas server forget') })

  const body = { reason: 'new disk' }
  await host.api.post(`servers/${server.serverId}/forget-agent`, body, ServerAnswer)
  expect((await reinstalled.type(line)).exit).toBe('ok')
  await hearOnce(reinstalled)
  const stop = new AbortController()
  const { preparation, running } = await prepareWith(reinstalled, stop.signal)
  expect(preparation.clients[0]?.servers[0]).toMatchObject({ build: expect.stringMatching(/^10/) })
  stop.abort()
  expect((await running).exit).toBe('ok')

  const end = new AbortController()
  const old = agent.type(['run'], end.signal)
  await until(() => {
    const log = readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')
    return log.includes('heartbeat failed: the API refused with 401') ? true : undefined
  })
  end.abort()
  expect((await old).exit).toBe('ok')
}, 60_000)

/** So that a preparation counts on it; started again after that it is at its queue at once. */
async function hearOnce(machine: StandIn): Promise<void> {
  const stop = new AbortController()
  const life = machine.type(['run'], stop.signal)
  await until(async () => {
    const { out } = await machine.type(['status', '--json'])
    return out.includes('"heardAt"') ? true : undefined
  })
  stop.abort()
  expect((await life).exit).toBe('ok')
}

/** A campaign, prepared while the agent runs, which goes on. */
async function prepareWith(machine: StandIn, signal: AbortSignal) {
  const campaign = await one.plan(instant.updates.map(({ id }) => id))
  await host.api.post(`campaigns/${campaign}/prepare`, {}, Preparation)
  const running = machine.type(['run'], signal)
  const preparation = await until(async () => {
    const now = await host.api.get(`campaigns/${campaign}/preparation`, Preparation)
    return now.state.kind === 'ended' ? now : undefined
  })
  return { preparation, running }
}
