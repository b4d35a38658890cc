import { setTimeout as delay } from 'node:timers/promises'
import type { BootsSince, FoundScript, ScriptEnd, ScriptHost } from '../powershell/scriptHost.ts'
import type { Found, TaskOutcome } from '../windows.ts'

/** Milliseconds. */
export interface RebootTimings {
  /** A machine that has taken the order and is still up after it doesn't tell whether it will ever obey. */
  readonly downWithinMs: number
  /** After a boot, before it is told: servicing may restart the machine once more. */
  readonly stableMs: number
}

/** Programs go on while Windows installs what comes before going down: that has taken hours on Server 2016. */
export const defaultRebootTimings: RebootTimings = { downWithinMs: 2 * 60 * 60_000, stableMs: 3 * 60_000 }

type Failed = (end: ScriptEnd) => TaskOutcome | undefined

/**
 * A reboot takes the agent with it. Its proof is the machine's next boot, never what the script said: the boot
 * before lies in the work's folder since before the script began, and the agent's next life compares.
 */
export class RebootWatch {
  readonly #host: ScriptHost
  readonly #timings: RebootTimings

  constructor(host: ScriptHost, timings: RebootTimings) {
    this.#host = host
    this.#timings = timings
  }

  /** Resolves only with a failure, and rejects when the machine stays up. */
  async follow(end: ScriptEnd, failed: Failed): Promise<TaskOutcome> {
    return failed(end) ?? this.#awaitDown(end)
  }

  /** What this boot says of a reboot that an earlier life may have ordered. */
  async found(commandId: string, found: FoundScript, failed: Failed): Promise<Found> {
    if (found.kind === 'neverBegun') return found
    const boots = await this.#host.bootsSince(commandId)
    switch (boots.kind) {
      case 'booted':
        return { kind: 'running', ended: this.#onceStable(boots) }
      case 'unknown':
        return { kind: 'cannotTell', message: `Whether it has restarted since: ${boots.message}` }
      case 'sameBoot':
        return this.#stillUp(found, failed)
    }
  }

  #stillUp(found: Exclude<FoundScript, { kind: 'neverBegun' }>, failed: Failed): Found {
    if (found.kind === 'cannotTell') return { kind: 'running', ended: this.#awaitDown(found.message) }
    if (found.kind === 'running')
      return { kind: 'running', ended: found.ended.then((end) => this.follow(end, failed)) }
    const failure = failed(found.end)
    if (failure !== undefined) return { kind: 'ended', outcome: failure }
    return { kind: 'running', ended: this.#awaitDown(found.end) }
  }

  /** The order was given, or may have been: the machine will tell by going down. */
  async #awaitDown(end: ScriptEnd | string): Promise<never> {
    const { downWithinMs } = this.#timings
    await delay(downWithinMs, undefined, { ref: false })
    const said = typeof end === 'string' ? end : saidOf(end)
    throw new Error(`No restart within ${Math.round(downWithinMs / 1000)} s of the order. ${said}`)
  }

  async #onceStable(boots: BootsSince & { kind: 'booted' }): Promise<TaskOutcome> {
    const { bootedBefore, bootedAt, reboots } = boots
    const left = this.#timings.stableMs - this.#host.uptimeMs()
    if (left > 0) await delay(left)
    return { kind: 'succeeded', result: { bootedBefore, bootedAt, reboots } }
  }
}

function saidOf(end: ScriptEnd): string {
  if (end.kind === 'unusable') return `Its script: ${end.why}: ${end.message}`
  return 'Windows had accepted it.'
}
