import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Alarms } from '../../../agent/program/alarms.ts'
import { AgentConfiguration } from '../../../agent/program/configuration.ts'
import { limited } from '../../../agent/program/limits.ts'
import { isLocked, lockFolder } from '../../../agent/program/lock.ts'
import { Log } from '../../../agent/program/log.ts'
import { exitCodes } from '../../../agent/program/problems.ts'
import { redact } from '../../../agent/program/redact.ts'
import { Teller } from '../../../agent/program/tell.ts'
import { version } from '../../../agent/program/version.ts'
import { encodeRecord } from '../../../agent/journal/records.ts'
import type { Work } from '../../../agent/windows.ts'
import { CommandId } from '../../../orchestrations/domain/ids.ts'
import { clientId, commandKey, FakeWindows, serverId, start } from '../fakes.ts'
import { openStandIn, type StandIn } from './standIn.ts'

const closing: (() => unknown)[] = []
let agent: StandIn
beforeEach(() => {
  agent = openStandIn('SRV01')
})
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  agent.remove()
})
const token = 'a-token-of-an-operator-0123456789'

/** The API, as far as one answer goes. */
async function answering(answer: (path: string) => { status: number; body: unknown }): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status, body } = answer(request.url ?? '')
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const enrolled = { kind: 'enrolled', clientId, serverId, commandKeys: [commandKey], epoch: 0 }
const calm = { serverTime: start, epoch: 0, nextHeartbeatSeconds: 60 }

describe('the command line', () => {
  test('says the package’s version, and what it can do, command by command', async () => {
    const { version: packaged } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
    ) as { version: string }
    expect(version).toBe(packaged)
    expect(await agent.type(['--version'])).toMatchObject({ exit: 'ok', out: `${version}\n` })
    const { out } = await agent.type(['--help'])
    for (const word of ['enrol', 'run', 'status', 'exit codes', 'alreadyRunning'])
      expect(out.toLowerCase()).toContain(word.toLowerCase())
    expect((await agent.type(['enrol', '--help'])).out).toContain('--token-file')
  })

  test.each([
    [['dance'], 'no command "dance"'],
    [['run', '--json'], 'run has no option --json'],
    [['status', 'now'], 'takes no "now"'],
    [['enrol', '--server', 'https://a.example'], 'needs --token-file'],
    [['enrol', '--token', token], 'Name the server'],
    [['enrol', '--token', token, '--token-file', '-', '--server', 'https://a.example'], 'exclude each other'],
    [['enrol', '--token', 'short', '--server', 'https://a.example'], 'no enrolment token'],
    [['enrol', '--token', token, '--server', 'http://a.example'], 'an https address'],
    [['--nope'], "Unknown option '--nope'"],
  ])('%j is bad usage, and says why', async (line, why) => {
    const { exit, err } = await agent.type(line)
    expect({ exit, err }).toMatchObject({ exit: 'badUsage', err: expect.stringContaining(why) })
    expect(err).not.toContain(token)
  })

  test('exit codes differ, so that scripts can tell them apart', () => {
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length)
  })
})

describe('enrolment', () => {
  test('takes its token from a file, keeps the server, and stays quiet about the token', async () => {
    const server = await answering(() => ({ status: 201, body: enrolled }))
    const file = join(agent.data, 'token.txt')
    writeFileSync(file, `\u{feff}${token}\r\n`)
    const { exit, out } = await agent.type(['enrol', '--server', server, '--token-file', file])
    expect({ exit, out }).toEqual({ exit: 'ok', out: `Enrolled as ${serverId}.\n` })
    expect(JSON.parse(readFileSync(join(agent.data, 'agent.json'), 'utf8'))).toEqual({ server })
    rmSync(file)
    for (const name of readdirSync(agent.data))
      expect(readFileSync(join(agent.data, name), 'utf8')).not.toContain(token)
  })

  test('that waits for approval is asked on by run, until it is approved; then the token is gone', async () => {
    let approved = false
    const server = await answering((path) => {
      if (!path.endsWith('enrol')) return { status: 200, body: calm }
      return approved
        ? { status: 201, body: enrolled }
        : { status: 202, body: { kind: 'waitingForApproval', message: 'An operator decides.' } }
    })
    expect(await agent.type(['enrol', '--server', server, '--token', token])).toMatchObject({
      exit: 'waitingForApproval',
    })
    expect(existsSync(join(agent.data, 'enrolment.json'))).toBe(true)
    approved = true
    const stop = new AbortController()
    const running = agent.type(['run'], stop.signal)
    await untilHeard()
    stop.abort()
    expect(await running).toMatchObject({ exit: 'ok', err: '' })
    expect(existsSync(join(agent.data, 'enrolment.json'))).toBe(false)
    expect(readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')).toContain(`enrolled as ${serverId}`)
  })

  test('that nobody answers is unreachable, and can be asked again', async () => {
    const line = ['enrol', '--server', 'http://127.0.0.1:1', '--token', token]
    expect(await agent.type(line)).toMatchObject({
      exit: 'unreachable',
      err: expect.stringContaining('ECONNREFUSED'),
    })
    const server = await answering(() => ({ status: 201, body: enrolled }))
    expect(await agent.type(['enrol', '--server', server, '--token', token])).toMatchObject({ exit: 'ok' })
  })
})

/** Waits until the agent has had an answer. */
async function untilHeard(): Promise<void> {
  while (!(await agent.type(['status', '--json'])).out.includes('"heardAt"'))
    await new Promise((wake) => void setTimeout(wake, 20))
}

describe('a running agent', () => {
  const enrol = async (answer: unknown = calm): Promise<void> => {
    const server = await answering((path) =>
      path.endsWith('enrol') ? { status: 201, body: enrolled } : { status: 200, body: answer },
    )
    await agent.type(['enrol', '--server', server, '--token', token])
  }

  test('that is quarantined says so in its log, in its status and to the administrator', async () => {
    await enrol({ ...calm, quarantined: 'keyUsedTwice' })
    const stop = new AbortController()
    const running = agent.type(['run'], stop.signal)
    await untilHeard()
    const status = await agent.type(['status'])
    stop.abort()
    await running
    expect(status).toMatchObject({ exit: 'needsAttention' })
    expect(status.out).toContain('it is quarantined (keyUsedTwice)')
    const log = readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')
    expect(log).toMatch(/error\s+quarantined: two machines use the key/)
    expect(agent.alarms).toEqual([expect.stringContaining('two machines use the key')])
  })

  test('refuses to start with a key that others can read', async () => {
    await enrol()
    chmodSync(join(agent.data, 'key.pem'), 0o644)
    const { exit, err } = await agent.type(['run'])
    expect(exit).toBe('unprotected')
    expect(err).toContain('can be read by others')
    chmodSync(join(agent.data, 'key.pem'), 0o600)
    chmodSync(agent.data, 0o755)
    expect((await agent.type(['run'])).exit).toBe('unprotected')
  })

  test('shows open commands and a damaged journal without touching them', async () => {
    await enrol()
    const accepted = encodeRecord({
      type: 'accepted',
      facts: {
        commandId: CommandId.parse('c1'),
        task: { kind: 'install', params: { updates: ['kb1'] } },
        subject: { clientId, serverId },
        epoch: 0,
        fence: 1,
        notAfter: start,
        issuedAt: start,
        acceptedAt: start,
      },
    })
    const file = join(agent.data, 'journal.ndjson')
    writeFileSync(file, accepted)
    expect((await agent.type(['status'])).out).toContain(`install of ${serverId}, accepted`)
    writeFileSync(file, `${accepted}torn in the middle\n${accepted}`)
    const { out } = await agent.type(['status'])
    expect(out).toContain('DAMAGED')
    expect(out).toContain('line 2')
    expect(readFileSync(file, 'utf8')).toContain('torn in the middle')
  })
})

test('a folder is one agent’s: the lock ends with its holder, and a look does not take it', () => {
  const file = join(agent.data, 'agent.lock')
  expect(isLocked(file)).toBe(false)
  expect(existsSync(file)).toBe(false)
  const unlock = lockFolder(file)
  expect(isLocked(file)).toBe(true)
  unlock()
  expect(isLocked(file)).toBe(false)
})

describe('the configuration', () => {
  const server = 'https://atlas.example.com'
  const one = `${'A'.repeat(43)}=`
  const two = `${'B'.repeat(43)}=`
  test.each([
    ['nothing but a server', { server }],
    ['pins with their backup', { server, pins: { api: [one, two], queue: [two, one] } }],
    ['a proxy', { server, proxy: 'http://user:word@proxy:8080' }],
    ['a list of kinds', { server, allowedKinds: ['inspect', 'scan'] }],
  ])('takes %s', (_, input) => expect(AgentConfiguration.safeParse(input).success).toBe(true))

  test.each([
    ['http over the network', { server: 'http://atlas.example.com' }, 'https'],
    ['a pin without a backup', { server, pins: { api: [one] } }, 'backup'],
    ['the same pin twice', { server, pins: { api: [one, one] } }, 'no backup'],
    ['a pin of another form', { server, pins: { api: ['sha256/abc', two] } }, '44 characters'],
    ['a PAC file', { server, proxy: 'http://wpad/proxy.pac' }, 'PAC'],
    ['automatic detection', { server, proxy: 'auto' }, 'PAC'],
    ['a proxy that speaks TLS', { server, proxy: 'https://proxy:8080' }, 'http://host:port'],
    ['a kind that does not exist', { server, allowedKinds: ['shell'] }, 'allowedKinds'],
    ['a slip', { server, alowedKinds: [] }, 'alowedKinds'],
  ])('refuses %s', async (_, input, why) => {
    writeFileSync(join(agent.data, 'agent.json'), JSON.stringify(input))
    const { exit, err } = await agent.type(['run'])
    expect({ exit, err }).toMatchObject({ exit: 'badConfiguration', err: expect.stringContaining(why) })
  })
})

class BegunWork extends FakeWindows {
  readonly asked: Work[] = []

  override run(work: Work) {
    this.asked.push(work)
    return super.run(work)
  }
}

test('downloads go no faster than this host’s own bound', async () => {
  const windows = new BegunWork()
  const configuration = AgentConfiguration.parse({
    server: 'https://atlas.example.com',
    maxDownloadKilobitsPerSecond: 500,
  })
  const bounded = limited(windows, configuration)
  const about = {
    commandId: CommandId.parse('c'),
    subject: { clientId, serverId },
    issuedAt: 0,
    acceptedAt: 0,
  }
  for (const cap of [undefined, 100, 9_000])
    void bounded.run({
      ...about,
      task: { kind: 'download', params: { updates: [], ...(cap && { maxKilobitsPerSecond: cap }) } },
    })
  expect(windows.asked.map(({ task }) => task.params)).toMatchObject(
    [500, 100, 500].map((maxKilobitsPerSecond) => ({ maxKilobitsPerSecond })),
  )
})

describe('the log', () => {
  const logAt = (folder: string, options: object = {}) =>
    new Log({ file: join(folder, 'log', 'agent.log'), level: 'info', now: () => start, ...options })

  test('is rotated by size, the oldest file goes', () => {
    const log = logAt(agent.data, { maxBytes: 1_000, kept: 2 })
    for (let line = 0; line < 100; line += 1) log.write('info', `line ${line} ${'x'.repeat(50)}`)
    expect(readdirSync(join(agent.data, 'log')).toSorted()).toEqual([
      'agent.log',
      'agent.log.1',
      'agent.log.2',
    ])
    expect(readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')).toContain('line 99')
    expect(readFileSync(join(agent.data, 'log', 'agent.log.2'), 'utf8').length).toBeLessThanOrEqual(1_000)
  })

  test('says later how many lines a full or missing disk has cost', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-log-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'log'), 'a file where the folder should be')
    const log = logAt(folder)
    log.write('info', 'one')
    log.write('info', 'two')
    rmSync(join(folder, 'log'))
    log.write('info', 'three')
    const text = readFileSync(join(folder, 'log', 'agent.log'), 'utf8')
    expect(text).toMatch(/lines before this one could not be written[^]*three/)
  })

  test('keeps to its level and writes one line an event', () => {
    const log = logAt(agent.data)
    log.write('debug', 'unseen')
    log.write('warning', 'in\r\ntwo lines')
    expect(readFileSync(join(agent.data, 'log', 'agent.log'), 'utf8')).toBe(
      `${new Date(start).toISOString()} warning in | two lines\n`,
    )
  })

  test.each([
    [
      'a signature for a queue',
      'Endpoint=sb://x;SharedAccessSignature=SharedAccessSignature sr=a&sig=SECRET&se=1',
      'SECRET',
    ],
    ['a key of a namespace', 'Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=SECRET=;', 'SECRET'],
    ['an assertion', 'Authorization: Bearer eyJhbGciOi.eyJpc3Mi.SECRET-SECRET', 'SECRET'],
    ['a proxy’s password', 'http://user:SECRET@proxy:8080 refused', 'SECRET'],
    ['a proxy’s header', 'Proxy-Authorization: Basic U0VDUkVUOng=', 'U0VDUkVU'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----', 'SECRET'],
    ['a private key that was cut off', '-----BEGIN PRIVATE KEY-----\nSECRET', 'SECRET'],
    ['what it was told to keep', 'the token is my-own-SECRET.', 'SECRET'],
  ])('never shows %s', (_, text, secret) => {
    expect(redact(text, ['my-own-SECRET'])).not.toContain(secret)
  })
})

test('a failure that stays the same is said once, and its end is said', () => {
  const told: string[] = []
  const log = { write: (level: string, text: string) => void told.push(`${level} ${text}`) } as unknown as Log
  const teller = new Teller(
    log,
    () => undefined,
    () => 0,
  )
  const failed = { kind: 'requestFailed', what: 'heartbeat', error: new Error('no line') } as const
  for (let time = 0; time < 3; time += 1) teller.onEvent(failed)
  teller.onEvent({ kind: 'heard', answer: calm })
  expect(told).toEqual([
    'warning heartbeat failed: no line',
    'debug heartbeat failed: no line',
    'debug heartbeat failed: no line',
    'info the server answers again',
  ])
})

test('each kind of alarm goes to the event log once an hour, under its own id', () => {
  let now = 0
  const written: [number, string][] = []
  const alarms = new Alarms(
    (eventId, text) => void written.push([eventId, text]),
    () => now,
  )
  alarms.raise('messageRejected', 'first')
  alarms.raise('messageRejected', 'again')
  alarms.raise('quarantined', 'other')
  now = 60 * 60_000
  alarms.raise('messageRejected', 'an hour later')
  expect(written).toEqual([
    [102, 'first'],
    [100, 'other'],
    [102, 'an hour later'],
  ])
})
