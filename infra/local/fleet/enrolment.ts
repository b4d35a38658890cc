import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { fullJitter } from '../../../agent/backoff.ts'
import { enrol } from '../../../agent/enrol.ts'
import type { Enrolment } from '../../../agent/enrol.ts'
import { openFileKeyStore } from '../../../agent/keys.ts'
import { ApiRefused } from '../../../agent/transport/transport.ts'
import type { FleetServer } from './fleetFile.ts'
import { SimulatedServer, agentVersion } from './simulated.ts'
import type { FleetServices } from './simulated.ts'

/** A host that waits for an operator's approval asks again this often, in wire milliseconds. */
const approvalPollMs = 5_000
const unreachableBackoff = { baseMs: 500, capMs: 5_000 }

/** Enrols one server, however long the API takes to come up; rejects when it refuses or `signal` ends it. */
export async function enrolServer(
  server: FleetServer,
  token: string,
  services: FleetServices,
  signal: AbortSignal,
): Promise<SimulatedServer> {
  const { folder, line, random } = services
  const store = openFileKeyStore(join(folder, 'agents', server.serverId))
  for (let failures = 0; ;) {
    signal.throwIfAborted()
    const answer = await tryToEnrol(() => enrol({ line, store, host: server.host, token, agentVersion }))
    if (answer?.kind === 'enrolled')
      return new SimulatedServer(server, answer.key, answer.registration, services)
    if (answer === undefined) failures += 1
    const pause =
      answer === undefined ? 50 + fullJitter(unreachableBackoff, failures, random) : approvalPollMs
    await delay(pause, undefined, { signal })
  }
}

/** Undefined when nobody answered or the API isn't ready yet. */
async function tryToEnrol(once: () => Promise<Enrolment>): Promise<Enrolment | undefined> {
  try {
    return await once()
  } catch (error) {
    if (error instanceof ApiRefused && error.status < 500 && error.status !== 429 && error.status !== 404)
      throw error
    return undefined
  }
}
