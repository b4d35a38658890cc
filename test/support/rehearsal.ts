import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectApi, type Api } from '../../infra/local/start/api.ts'
import type { Result } from '../../infra/local/start/summary.ts'
import { freePort } from '../../infra/local/supervisor/ports.ts'
import { writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { atExit } from './atExit.ts'
import { processesOfGroup } from './processes.ts'

const root = resolve(import.meta.dirname, '../..')

export type Part = 'host' | 'platform' | 'fleet'

export interface RehearsalOptions {
  readonly scenario: string
  readonly servers?: number
  /** Instead of `servers`. */
  readonly inventory?: Inventory
  readonly speed?: number
  readonly seed?: number
  readonly port?: number
  readonly untilDone?: boolean
  /** Options of `npm start` that are named nowhere here. */
  readonly more?: readonly string[]
}

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One `npm start`, its processes in a group of their own. */
export interface Run {
  readonly pid: number
  /** What `--json` prints at the campaign's end; rejects when it exits without having said it. */
  readonly result: Promise<Result>
  readonly exited: Promise<Exit>
  pids(): ReadonlyMap<Part | 'start', number>
  /** Kills one of its parts with -9; undefined when it isn't running just now. */
  kill(part: Part): number | undefined
  /** Kills -9 all of its processes at once, and waits until they are gone. */
  killAll(): Promise<void>
  /** Asks it to stop, as Ctrl-C does, and waits until all of its processes are gone. */
  stop(): Promise<Exit>
}

/** A data folder with the `npm start`s that use it, one after the other. */
export interface Rehearsal {
  readonly data: string
  readonly base: string
  /** The operator's API, once the campaign has started. */
  api(): Api
  /** Starts it (again) on the same data. */
  start(more?: readonly string[]): Run
  /** Waits until START has been said and the API answers. */
  started(run: Run): Promise<void>
  /** Kills what still runs and deletes the data. */
  remove(): Promise<void>
}

export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-rehearsal-'))
  const data = join(folder, 'data')
  const port = options.port ?? (await freePort())
  const base = `http://127.0.0.1:${port}`
  const args = argumentsOf(options, folder, data, port)
  const runs: Run[] = []
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const stay = atExit(removeNow)
  const session = () =>
    JSON.parse(readFileSync(join(data, 'operator.json'), 'utf8')) as { readonly token: string }
  const rehearsal: Rehearsal = {
    data,
    base,
    api: () => connectApi(base, session().token),
    start(more = []) {
      rmSync(join(data, 'operator.json'), { force: true })
      const run = npmStart([...args, ...more])
      runs.push(run)
      return run
    },
    async started(run) {
      let ended: Exit | undefined
      void run.exited.then((exit) => (ended = exit))
      for (;;) {
        if (ended !== undefined) throw new Error(`It ended before START: ${ended.stderr}`)
        if (hasFile(join(data, 'operator.json'))) return
        await delay(100)
      }
    },
    async remove() {
      for (const run of runs) await run.killAll()
      removeNow()
      stay()
    },
  }
  return rehearsal
}

function argumentsOf(options: RehearsalOptions, folder: string, data: string, port: number): string[] {
  const args = ['--scenario', options.scenario, '--data', data, '--port', String(port), '--json']
  const { inventory, servers, speed, seed, untilDone, more } = options
  if (inventory !== undefined) {
    const file = join(folder, 'inventory.csv')
    writeFileSync(file, writeInventoryCsv(inventory))
    args.push('--inventory', file)
  }
  if (servers !== undefined) args.push('--servers', String(servers))
  if (speed !== undefined) args.push('--speed', String(speed))
  if (seed !== undefined) args.push('--seed', String(seed))
  if (untilDone === true) args.push('--until-done')
  return [...args, ...(more ?? [])]
}

const entries: readonly (readonly [Part, string])[] = [
  ['host', 'infra/local/host/main.ts'],
  ['platform', 'infra/local/platform/main.ts'],
  ['fleet', 'infra/local/fleet/main.ts'],
]

/** Runs start.ts as the leader of a process group; the page is taken as it was built last. */
export function npmStart(args: readonly string[]): Run {
  const { NODE_ENV: _, NODE_OPTIONS: __, ...env } = process.env
  const script = join(root, 'infra/local/start.ts')
  // In a fresh clone there is no page yet: the host serves an empty folder, and the next npm start builds it.
  mkdirSync(join(root, 'static-web', 'dist'), { recursive: true })
  const child = spawn(process.execPath, ['--max-semi-space-size=2', script, '--no-build', ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('start.ts could not be started')
  const result = Promise.withResolvers<Result>()
  // Who doesn't ask for the result needn't hear that there is none.
  result.promise.catch(() => undefined)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const line = stdout.split('\n').find((candidate) => candidate.startsWith('{') && candidate.endsWith('}'))
    if (line !== undefined) result.resolve(JSON.parse(line) as Result)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<Exit>((done) => child.once('close', (code) => done({ code, stdout, stderr })))
  void exited.then(({ code }) => result.reject(new Error(`start.ts ended (${code}) early: ${stderr}`)))

  const group = () => processesOfGroup(pid)
  const pids = () => {
    const found = new Map<Part | 'start', number>()
    for (const { pid: id, command } of group()) {
      const part = entries.find(([, entry]) => command.includes(entry))
      found.set(part?.[0] ?? 'start', id)
    }
    return found
  }
  const killAll = async () => {
    letLive()
    while (group().length > 0) {
      killNow()
      await delay(20)
    }
    await exited
  }
  const killNow = () => signal(-pid, 'SIGKILL')
  // A test that fails or is interrupted leaves nothing running.
  const letLive = atExit(killNow)
  void exited.then(() => (group().length === 0 ? letLive() : undefined))
  return {
    pid,
    result: result.promise,
    exited,
    pids,
    kill(part) {
      const id = pids().get(part)
      if (id !== undefined) signal(id, 'SIGKILL')
      return id
    },
    killAll,
    async stop() {
      signal(pid, 'SIGTERM')
      await Promise.race([exited, delay(30_000, undefined, { ref: false })])
      await killAll()
      return exited
    },
  }
}

/** To a process that may be gone already. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function hasFile(file: string): boolean {
  try {
    return readFileSync(file).length > 0
  } catch {
    return false
  }
}
