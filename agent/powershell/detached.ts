import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import { unusable } from './answer.ts'
import { exists } from './child.ts'
import { isDiskFull } from './files.ts'
import type { Files } from './files.ts'
import { countBoots, hasBooted } from './machineView.ts'
import type { Boot, MachineView } from './machineView.ts'
import type { Progress } from './progress.ts'
import type { BootsSince, FoundScript, ScriptEnd } from './scriptHost.ts'
import type { WorkStarter } from './starter.ts'
import { WorkFolder, folderName } from './workFolder.ts'
import type { Claim, ProcessName } from './workFolder.ts'

/** Milliseconds. */
export interface DetachedTimings {
  /** How often the folder is looked at. */
  readonly pollMs: number
  /** A process that has not taken its work by then is told not to. */
  readonly beginWithinMs: number
}

export const defaultDetachedTimings: DetachedTimings = { pollMs: 500, beginWithinMs: 5 * 60_000 }

export interface DetachedOptions {
  /** `<data>/work`. */
  readonly folder: string
  readonly starter: WorkStarter
  readonly machine: MachineView
  readonly timings: DetachedTimings
  readonly signal: AbortSignal
  readonly files?: Files
  readonly onProgress: (commandId: string, progress: Progress) => void
  /** The work goes on; somebody may want to look. */
  readonly onOverdue: (commandId: string) => void
}

/** How exactly a process knows when it began, ms: a little after Windows says so. */
const sameStartMs = 2_000

/** Work that goes on without the agent. What became of it is read from its folder and the process table. */
export class DetachedWork {
  readonly #options: DetachedOptions

  constructor(options: DetachedOptions) {
    this.#options = options
  }

  /** Never ends the work: beyond its time it is told as overdue, and followed further. */
  async run(input: ScriptInput, script: string): Promise<ScriptEnd> {
    const work = this.#workOf(input.commandId)
    const claimed = work.claim()
    if (claimed?.kind === 'begun') return this.#follow(work, claimed, input)
    const boot = await this.#options.machine.boot().catch((error: unknown) => String(error))
    // Nobody could ever tell whether it had happened.
    if (typeof boot === 'string' && input.kind === 'reboot') return unusable('cannotStart', boot)
    try {
      work.prepare({ input, script, ...(typeof boot === 'object' && { boot }) })
    } catch (error) {
      work.release()
      return unusable(isDiskFull(error) ? 'diskFull' : 'cannotStart', String(error))
    }
    const refused = await this.#options.starter.start(work.folder, input.commandId).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    return this.#awaitBegin(work, input, refused)
  }

  async find(commandId: string): Promise<FoundScript> {
    const work = this.#workOf(commandId)
    const prepared = work.prepared()
    if (prepared === undefined) return { kind: 'neverBegun' }
    const claim = work.claim() ?? (work.withdraw() ? { kind: 'withdrawn' } : work.claim())
    if (claim === undefined || claim.kind === 'withdrawn') return { kind: 'neverBegun' }
    const script = work.script()
    const alive = await this.#isAlive([claim, ...(script ? [script] : [])], prepared.boot)
    // Read after that: a process leaves its result before it goes.
    const end = work.result()
    if (end !== undefined) return { kind: 'ended', end }
    if (alive === 'gone') return { kind: 'cannotTell', message: goneMessage(claim.pid) }
    if (alive !== 'here') return { kind: 'cannotTell', message: alive.message }
    return { kind: 'running', ended: this.#follow(work, claim, prepared.input) }
  }

  async bootsSince(commandId: string): Promise<BootsSince> {
    const before = this.#workOf(commandId).prepared()?.boot
    if (before === undefined) return { kind: 'unknown', message: 'the boot before was not known' }
    let now: Boot
    try {
      now = await this.#options.machine.boot()
    } catch (error) {
      return { kind: 'unknown', message: String(error) }
    }
    const booted = hasBooted(before, now)
    if (booted === undefined) return { kind: 'unknown', message: 'only clocks are left to compare' }
    if (!booted) return { kind: 'sameBoot' }
    const { bootedAt } = now
    return { kind: 'booted', bootedBefore: before.bootedAt, bootedAt, reboots: countBoots(before, now) }
  }

  #workOf(commandId: string): WorkFolder {
    const { folder, files } = this.#options
    return new WorkFolder(join(folder, folderName(commandId)), files)
  }

  async #awaitBegin(work: WorkFolder, input: ScriptInput, refused: string | undefined): Promise<ScriptEnd> {
    const { beginWithinMs } = this.#options.timings
    const giveUpAt = refused === undefined ? performance.now() + beginWithinMs : 0
    for (;;) {
      const claim = work.claim()
      if (claim?.kind === 'begun') return this.#follow(work, claim, input)
      if (performance.now() > giveUpAt && work.withdraw())
        return unusable('cannotStart', refused ?? `Nothing took it on within ${beginWithinMs / 1000} s.`)
      await this.#pause()
    }
  }

  async #follow(work: WorkFolder, claim: Claim & { kind: 'begun' }, input: ScriptInput): Promise<ScriptEnd> {
    const overdueAt = performance.now() + input.timeoutMs
    let overdue = false
    let told = ''
    for (;;) {
      // Without the process that took it the result is lost, but the script may be at it: that is no end.
      const alive = exists(claim.pid) || isThere(work.script())
      const end = work.result()
      if (end !== undefined) return end
      if (!alive) return unusable('crashed', goneMessage(claim.pid))
      told = this.#tellProgress(work, input.commandId, told)
      if (!overdue && performance.now() > overdueAt) {
        overdue = true
        this.#options.onOverdue(input.commandId)
      }
      await this.#pause()
    }
  }

  #tellProgress(work: WorkFolder, commandId: string, told: string): string {
    const progress = work.progress()
    if (progress === undefined || JSON.stringify(progress) === told) return told
    this.#options.onProgress(commandId, progress)
    return JSON.stringify(progress)
  }

  /** Whether any of these processes is still there. */
  async #isAlive(
    processes: readonly ProcessName[],
    boot: Boot | undefined,
  ): Promise<'here' | 'gone' | { message: string }> {
    const there = processes.filter(({ pid }) => exists(pid))
    const { machine } = this.#options
    try {
      if (there.length === 0) return 'gone'
      if (boot !== undefined && hasBooted(boot, await machine.boot()) === true) return 'gone'
      for (const { pid, startedAt } of there) {
        // The number of a process that is gone may have been given to another one, which began later.
        const began = await machine.startOf(pid)
        if (began !== undefined && began < startedAt + sameStartMs) return 'here'
      }
      return 'gone'
    } catch (error) {
      return { message: `Whether its processes are still there: ${String(error)}` }
    }
  }

  /** Once the agent stops, never again: its promises are nobody's any more. */
  async #pause(): Promise<void> {
    const { signal, timings } = this.#options
    if (signal.aborted) return new Promise(() => undefined)
    return delay(timings.pollMs)
  }
}

function isThere(script: ProcessName | undefined): boolean {
  return script !== undefined && exists(script.pid)
}

function goneMessage(pid: number): string {
  return `Process ${pid}, which carried it out, is gone and has left no result.`
}
