import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { fullJitter } from '../backoff.ts'
import { monotonicNow, wireNow } from '../clock.ts'
import { defaultTimings } from '../dependencies.ts'
import type { AgentDependencies } from '../dependencies.ts'
import { Journal } from '../journal/journal.ts'
import { Agent } from '../loop.ts'
import { createServerTime } from '../serverTime.ts'
import { createAssertionSigner } from '../transport/assertion.ts'
import { createHttpsApi } from '../transport/https.ts'
import { importCommandKeys } from '../verify.ts'
import { readConfiguration } from './configuration.ts'
import type { AgentConfiguration } from './configuration.ts'
import { askToEnrol, loadIdentity, secretFiles } from './enrolment.ts'
import type { Identity } from './enrolment.ts'
import type { AgentFolder } from './folder.ts'
import { limited } from './limits.ts'
import { lockFolder } from './lock.ts'
import { Log } from './log.ts'
import { ProgramError, messageOf } from './problems.ts'
import { StatusKeeper } from './status.ts'
import type { OpenMachine, Surroundings } from './surroundings.ts'
import { Teller } from './tell.ts'
import { loadPending } from './token.ts'
import { openLines, secretsOf } from './transport.ts'
import type { Lines } from './transport.ts'

/** A host that waits for an operator's approval asks this often, wire ms. */
const approvalPollMs = 60_000
const unreachable = { baseMs: 5_000, capMs: 5 * 60_000 }

interface Life {
  readonly folder: AgentFolder
  readonly configuration: AgentConfiguration
  readonly surroundings: Surroundings
  readonly machine: OpenMachine
  readonly lines: Lines
  readonly log: Log
  readonly signal: AbortSignal
}

/** The agent's life until `signal`: takes the folder, refuses what is unsafe, works, and stops cleanly. */
export async function run(
  folder: AgentFolder,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const configuration = readConfiguration(folder.configuration)
  const secrets = [...secretsOf(configuration)]
  const log = new Log({ file: folder.log, level: configuration.logLevel, now: wireNow, secrets })
  const unlock = lockFolder(folder.lock)
  try {
    log.write(
      'info',
      `agent ${surroundings.version} starts, process ${process.pid}, for ${configuration.server}`,
    )
    const machine = surroundings.open({ folder, configuration, log })
    const lines = openLines(configuration)
    try {
      await live({ folder, configuration, surroundings, machine, lines, log, signal })
      log.write('info', 'agent stopped, as it was asked to')
    } finally {
      lines.close()
      machine.close()
    }
  } catch (error) {
    log.write('error', `agent ended: ${messageOf(error)}`)
    throw error
  } finally {
    unlock()
  }
}

async function live(life: Life): Promise<void> {
  const { folder, configuration, surroundings, signal } = life
  const serverTime = createServerTime(wireNow, monotonicNow)
  const status = new StatusKeeper({
    file: folder.status,
    version: surroundings.version,
    server: configuration.server,
    now: wireNow,
    skew: () => serverTime.skew(),
    secrets: secretsOf(configuration),
  })
  try {
    await requireProtection(life)
    const identity = loadIdentity(folder) ?? (await enrolled(life, status))
    if (identity === undefined) return
    const journal = new Journal(folder.journal)
    const agent = new Agent(dependenciesOf(life, identity, journal, serverTime, status))
    await agent.start()
    await ended(signal)
    await agent.stop()?.close()
    await journal.close()
  } finally {
    status.stopped()
  }
}

/** A key that others can read proves nothing: better no agent than one that may be anybody. */
async function requireProtection({ folder, machine }: Life): Promise<void> {
  const others = await machine.protection(secretFiles(folder))
  if (others.length === 0) return
  const fix = 'Run install.ps1 -Repair; if somebody may have read the key, enrol this host anew.'
  throw new ProgramError('unprotected', `${folder.root} can be read by ${others.join(', ')}. ${fix}`)
}

/** Asks until an operator has approved this host; undefined when the program is to stop before. */
async function enrolled(life: Life, status: StatusKeeper): Promise<Identity | undefined> {
  const { folder, lines, log, signal, surroundings } = life
  for (let failures = 0; !signal.aborted;) {
    const pending = loadPending(folder.pendingToken)
    if (pending === undefined)
      throw new ProgramError('notEnrolled', `${folder.root} has no key and registration: enrol this host.`)
    try {
      const answer = await askToEnrol(folder, lines.api, pending, surroundings.version)
      if (answer.kind === 'enrolled') {
        status.waiting(undefined)
        log.write('info', `enrolled as ${answer.registration.serverId}`)
        return answer
      }
      if (failures === 0) log.write('info', `not enrolled yet: ${answer.message}`)
      status.waiting(answer.message)
      failures = 0
      await ended(signal, approvalPollMs)
    } catch (error) {
      if (!(error instanceof ProgramError && error.exit === 'unreachable')) throw error
      failures += 1
      log.write('warning', error.message)
      await ended(signal, 1_000 + fullJitter(unreachable, failures, Math.random))
    }
  }
  return undefined
}

function dependenciesOf(
  { configuration, surroundings, machine, lines, log, signal }: Life,
  { key, registration }: Identity,
  journal: Journal,
  serverTime: AgentDependencies['serverTime'],
  status: StatusKeeper,
): AgentDependencies {
  const { clientId, serverId, commandKeys } = registration
  const signer = createAssertionSigner(serverId, key, randomUUID)
  const teller = new Teller(log, (alarm, text) => machine.alarm(alarm, text), monotonicNow)
  return {
    identity: { clientId, serverId },
    agentVersion: surroundings.version,
    runs: surroundings.runs,
    allowedKinds: new Set(configuration.allowedKinds ?? taskKinds),
    commandKeys: importCommandKeys(commandKeys),
    journal,
    windows: limited(machine.windows, configuration),
    api: createHttpsApi(lines.api, signer, () => serverTime.now()),
    queue: lines.queue,
    serverTime,
    wireNow,
    monotonicNow,
    // On real hosts plan time is the server's.
    planNow: () => serverTime.now(),
    random: Math.random,
    timings: defaultTimings,
    onEvent(event) {
      // What breaks off because it was asked to stop is no news.
      if (signal.aborted) return
      teller.onEvent(event)
      status.onEvent(event)
    },
  }
}

/** Resolves when the signal comes, or after so long. */
async function ended(signal: AbortSignal, ms?: number): Promise<void> {
  if (signal.aborted) return
  if (ms !== undefined) {
    await delay(ms, undefined, { signal }).catch(() => undefined)
    return
  }
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
