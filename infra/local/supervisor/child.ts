import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { eachLine } from './lines.ts'
import { stopRequest } from './orphan.ts'
import type { Readiness } from './readiness.ts'

/** A process to run under supervision. */
export type ChildSpec = {
  /** Unique; names its log file. */
  readonly name: string
  readonly args: readonly string[]
  /** Default: this Node. */
  readonly command?: string
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly ready: Readiness
  /** Milliseconds. */
  readonly readyTimeoutMs?: number
}

export type Output = { readonly onLine: (line: string) => void; readonly onError: (line: string) => void }

/** One run of a child, from spawn to death. */
export type Run = {
  /** Undefined when it could not even be started. */
  readonly pid: number | undefined
  /** How it ended, in words. Never rejects. */
  readonly exited: Promise<string>
  /** Its output is read to the end, or somebody else holds it open. Never rejects. */
  readonly drained: Promise<void>
  /** Asks it to stop, and kills it when it is still there after `graceMs`. */
  stop(graceMs: number): Promise<void>
  kill(): void
}

const drainMs = 250

export const launch = (spec: ChildSpec, output: Output): Run => {
  const child = spawn(spec.command ?? process.execPath, spec.args, {
    cwd: spec.cwd,
    env: { ...process.env, ...spec.env },
    // The channel closes when this process dies, by which the child knows.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  })
  if (child.stdout !== null) eachLine(child.stdout, output.onLine)
  if (child.stderr !== null) eachLine(child.stderr, output.onError)
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`))
    child.on('error', (error) => {
      // Also what a failed kill or send reports: only without a pid is it the end.
      if (child.pid === undefined) resolve(error.message)
    })
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = (): void => void child.kill('SIGKILL')
  return {
    pid: child.pid,
    exited,
    // A grandchild that inherited the pipes could keep them open for ever.
    drained: exited.then(() => Promise.race([closed, delay(drainMs, undefined, { ref: false })])),
    kill,
    stop: async (graceMs) => {
      if (process.platform === 'win32' && child.connected) child.send(stopRequest)
      else child.kill('SIGTERM')
      const timer = setTimeout(kill, graceMs)
      await exited
      clearTimeout(timer)
    },
  }
}
