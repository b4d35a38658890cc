import { join } from 'node:path'
import type { ChildSpec } from './child.ts'
import type { LocalError } from './errors.ts'
import type { ReadyChild, SupervisorEvent } from './events.ts'
import { keepRunning, type Kept } from './keep.ts'
import { defaultPolicy, type RestartPolicy } from './restarts.ts'

export type SupervisorOptions = {
  /** Standard error of each child goes to `<dataFolder>/logs/<name>.log`. */
  readonly dataFolder: string
  /** Epoch milliseconds of the wire. */
  readonly now: () => number
  readonly onEvent?: (event: SupervisorEvent) => void
  readonly restarts?: Partial<RestartPolicy>
  /** How long a child may take to stop before it is killed, in milliseconds. */
  readonly graceMs?: number
  readonly logBytes?: number
}

export type SupervisorEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'gaveUp'; readonly error: LocalError }

export type Supervisor = {
  /**
   * Starts one more child and waits until it is ready. Throws LocalError `childNotReady` when it dies or
   * stays silent on this first start; later deaths are restarts.
   */
  start(spec: ChildSpec): Promise<ReadyChild>
  /** Process ids of those alive, by name. */
  pids(): ReadonlyMap<string, number>
  /** Stops every child, last started first; each is killed when its grace is over. */
  stop(): Promise<void>
  /** Kills every child at once. */
  killAll(): void
  /** Resolves when all children are gone: asked to stop, or one kept dying. */
  readonly ended: Promise<SupervisorEnd>
}

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const children = new Map<string, Kept>()
  const end = Promise.withResolvers<SupervisorEnd>()
  let stopping: Promise<void> | undefined

  const stopWith = (result: SupervisorEnd): Promise<void> => {
    // A signal to the whole process group ends them all at once: none of that is a death.
    for (const child of children.values()) child.retire()
    stopping ??= stopInReverse([...children.values()]).then(() => {
      process.off('exit', killAll)
      end.resolve(result)
    })
    return stopping
  }
  const killAll = (): void => {
    for (const child of children.values()) child.kill()
  }
  // A child that doesn't watch its channel must not outlive us either.
  process.on('exit', killAll)

  return {
    start: async (spec) => {
      if (stopping !== undefined) throw new Error(`Can't start ${spec.name}: the supervisor is stopping.`)
      if (children.has(spec.name)) throw new Error(`A child named ${spec.name} is already supervised.`)
      const child = keepRunning(spec, {
        now: options.now,
        policy: { ...defaultPolicy, ...options.restarts },
        graceMs: options.graceMs ?? 10_000,
        logFile: join(options.dataFolder, 'logs', `${spec.name}.log`),
        logBytes: options.logBytes,
        onEvent: options.onEvent ?? (() => undefined),
        onGiveUp: (error) => void stopWith({ kind: 'gaveUp', error }),
      })
      children.set(spec.name, child)
      try {
        return await child.firstReady
      } catch (error) {
        children.delete(spec.name)
        throw error
      }
    },
    pids: () => new Map([...children].flatMap(([name, { pid }]) => alive(name, pid()))),
    stop: () => stopWith({ kind: 'stopped' }),
    killAll,
    ended: end.promise,
  }
}

/** Starts all of `specs`, each when the one before is ready; stops what runs when one fails. */
export const superviseProcesses = async (
  specs: readonly ChildSpec[],
  options: SupervisorOptions,
): Promise<Supervisor> => {
  const supervisor = createSupervisor(options)
  try {
    for (const spec of specs) await supervisor.start(spec)
    return supervisor
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

/** Stops the children on SIGINT and SIGTERM; a second signal kills them. Returns how to undo it. */
export const stopOnSignals = (supervisor: Supervisor): (() => void) => {
  let asked = false
  const onSignal = (): void => {
    if (asked) supervisor.killAll()
    asked = true
    void supervisor.stop()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

const alive = (name: string, pid: number | undefined): [string, number][] =>
  pid === undefined ? [] : [[name, pid]]

const stopInReverse = async (children: readonly Kept[]): Promise<void> => {
  for (const child of children.toReversed()) await child.stop()
}
