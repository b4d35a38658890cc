import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import { ErrorStream } from './progress.ts'
import type { Progress } from './progress.ts'
import { scriptEnvironment, systemFolder } from './program.ts'
import type { Program } from './program.ts'

export interface ChildPlan {
  readonly program: Program
  readonly args: readonly string[]
  /** Given on standard input, which is closed then. */
  readonly input: string
  /** Of standard output; what is beyond is dropped. */
  readonly maxOutputBytes: number
  /** When it may be ended, with all that it has started; undefined: never, whatever it does. */
  readonly limits: { readonly timeoutMs: number; readonly signal: AbortSignal } | undefined
  readonly onProgress: (progress: Progress) => void
  readonly onStart?: (pid: number) => void
}

export type ChildEnd =
  | { readonly kind: 'cannotStart'; readonly message: string }
  | {
      readonly kind: 'ended'
      /** Undefined: it ended, or was ended by somebody else. */
      readonly endedFor: 'timedOut' | 'cancelled' | 'tooLarge' | undefined
      readonly exitCode: number | null
      readonly output: Buffer
      /** Whether more was written than `output` holds. */
      readonly cut: boolean
      readonly complaint: string
    }

/** A grandchild may hold the pipes open: what the child wrote has arrived long before, ms. */
const pipesMs = 2_000
/** A process that can't be ended is given up, ms. */
const killMs = 10_000

/** Runs one process to its end. Always resolves, also when the process or its pipes hang. */
export function runChild(plan: ChildPlan): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = spawn(plan.program.file, [...plan.program.args, ...plan.args], {
      env: scriptEnvironment(),
      windowsHide: true,
      // A group of its own, so that all of it can be ended; Windows knows its tree by itself.
      detached: process.platform !== 'win32',
    })
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'cannotStart', message: error.message })
    })
    if (child.pid === undefined) return
    new Attendant(child, child.pid, plan, resolve).attend()
    plan.onStart?.(child.pid)
  })
}

/** Stays with one child until it has ended. */
class Attendant {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #pid: number
  readonly #plan: ChildPlan
  readonly #resolve: (end: ChildEnd) => void
  readonly #errors: ErrorStream
  readonly #output: Buffer[] = []
  #bytes = 0
  #cut = false
  #endedFor: 'timedOut' | 'cancelled' | 'tooLarge' | undefined
  readonly #timers: NodeJS.Timeout[] = []
  readonly #onAbort = (): void => this.#end('cancelled')

  constructor(
    child: ChildProcessWithoutNullStreams,
    pid: number,
    plan: ChildPlan,
    resolve: (end: ChildEnd) => void,
  ) {
    this.#child = child
    this.#pid = pid
    this.#plan = plan
    this.#resolve = resolve
    this.#errors = new ErrorStream(plan.onProgress)
  }

  attend(): void {
    const { stdin, stdout, stderr } = this.#child
    const { input, limits } = this.#plan
    // It may end without having read what it was given.
    stdin.on('error', () => undefined)
    stdin.end(input)
    stdout.on('data', (bytes: Buffer) => this.#take(bytes))
    stderr.setEncoding('utf8').on('data', (text: string) => this.#errors.write(text))
    this.#child.once('exit', () => this.#after(pipesMs, () => this.#finish()))
    this.#child.once('close', () => this.#finish())
    if (limits === undefined) return
    this.#after(limits.timeoutMs, () => this.#end('timedOut'))
    limits.signal.addEventListener('abort', this.#onAbort)
    if (limits.signal.aborted) this.#end('cancelled')
  }

  #take(bytes: Buffer): void {
    const room = this.#plan.maxOutputBytes - this.#bytes
    if (room > 0) this.#output.push(bytes.subarray(0, room))
    this.#bytes += Math.min(room, bytes.length)
    if (bytes.length <= room) return
    this.#cut = true
    if (this.#plan.limits !== undefined) this.#end('tooLarge')
  }

  #end(why: 'timedOut' | 'cancelled' | 'tooLarge'): void {
    if (this.#endedFor !== undefined || this.#child.exitCode !== null) return
    this.#endedFor = why
    endTree(this.#pid)
    this.#after(killMs, () => this.#finish())
  }

  #finish(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#plan.limits?.signal.removeEventListener('abort', this.#onAbort)
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe.destroy()
    this.#child.unref()
    this.#resolve({
      kind: 'ended',
      endedFor: this.#endedFor,
      exitCode: this.#child.exitCode,
      output: Buffer.concat(this.#output),
      cut: this.#cut,
      complaint: this.#errors.complaint,
    })
  }

  #after(ms: number, callback: () => void): void {
    this.#timers.push(setTimeout(callback, ms))
  }
}

/** Ends a process and all that it has started. Source: taskkill, Windows commands. */
function endTree(pid: number): void {
  if (process.platform === 'win32') {
    const taskkill = join(systemFolder(), 'taskkill.exe')
    const killer = spawn(taskkill, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    // Without it at least the process itself is ended; it may have gone meanwhile.
    killer.once('error', () => endGroup(pid))
    return
  }
  endGroup(-pid)
}

function endGroup(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** Whether a process with this number exists now. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isGone(error)
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH'
}
