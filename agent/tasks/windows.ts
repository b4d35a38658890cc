import { scriptVersion } from '../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../orchestrations/contracts/scripts/document.ts'
import { effectKinds } from '../../orchestrations/contracts/tasks.ts'
import type { Task, TaskKind } from '../../orchestrations/contracts/tasks.ts'
import type { FoundScript, ScriptEnd, ScriptHost } from '../powershell/scriptHost.ts'
import { neverBegan } from '../powershell/scriptHost.ts'
import type { Found, TaskOutcome, Windows, Work } from '../windows.ts'
import { failureOf } from './failures.ts'
import { RebootWatch, defaultRebootTimings } from './rebootWatch.ts'
import type { RebootTimings } from './rebootWatch.ts'
import type { ScriptTask } from './scriptTask.ts'
import { unusableFailure } from './unusable.ts'

/** What this machine's scripts can do, by kind. */
export type ScriptTasks = { readonly [K in TaskKind]?: ScriptTask<K> }

/** Windows through its scripts: what each task asks of the host, and what the host's answer means. */
export function createWindows(
  host: ScriptHost,
  tasks: ScriptTasks,
  timings: RebootTimings = defaultRebootTimings,
): Windows {
  const reboots = new RebootWatch(host, timings)

  async function run(work: Work): Promise<TaskOutcome> {
    const { kind } = work.task
    const task = tasks[kind]
    if (task === undefined) return unsupported(kind)
    const end = await host.run(inputOf(work, task.timeoutMs), task)
    return kind === 'reboot' ? reboots.follow(end, failed) : outcomeOf(work, tasks, end)
  }

  async function find(work: Work): Promise<Found> {
    const { kind } = work.task
    if (tasks[kind]?.runs !== 'detached') return { kind: 'neverBegun' }
    const found = await host.find(work.commandId, kind)
    if (kind === 'reboot') return reboots.found(work.commandId, found, failed)
    return foundOutcome(work, tasks, found)
  }

  return { run, find, bootedAt: () => host.bootedAt(), keepOnly: (open) => host.keepOnly?.(open) }
}

function inputOf({ task, commandId }: Work, timeoutMs: number): ScriptInput {
  return { version: scriptVersion, kind: task.kind, commandId, timeoutMs, params: task.params }
}

function foundOutcome(work: Work, tasks: ScriptTasks, found: FoundScript): Found {
  switch (found.kind) {
    case 'neverBegun':
    case 'cannotTell':
      return found
    case 'running':
      return { kind: 'running', ended: found.ended.then((end) => outcomeOf(work, tasks, end)) }
    case 'ended':
      return ended(() => outcomeOf(work, tasks, found.end))
  }
}

function ended(outcome: () => TaskOutcome): Found {
  try {
    return { kind: 'ended', outcome: outcome() }
  } catch (error) {
    return { kind: 'cannotTell', message: messageOf(error) }
  }
}

/** Throws when an effect's outcome can't be told: it may have happened, whatever is not said of it. */
function outcomeOf(work: Work, tasks: ScriptTasks, end: ScriptEnd): TaskOutcome {
  const known = failed(end)
  if (known !== undefined) return known
  const isEffect = effectKinds.has(work.task.kind)
  if (end.kind === 'unusable') {
    if (isEffect) throw new Error(`${end.why}: ${end.message}`)
    return { kind: 'failed', failure: unusableFailure(end.why, end.message) }
  }
  try {
    return succeeded(work.task, tasks, end.document.outcome === 'succeeded' ? end.document.result : undefined)
  } catch (error) {
    if (isEffect) throw error
    return { kind: 'failed', failure: unusableFailure('wrongShape', messageOf(error)) }
  }
}

/** The failure that an end surely is; undefined when it succeeded or can't be told. */
function failed(end: ScriptEnd): TaskOutcome | undefined {
  if (end.kind === 'document')
    return end.document.outcome === 'failed'
      ? { kind: 'failed', failure: failureOf(end.document.error) }
      : undefined
  if (!neverBegan.has(end.why)) return undefined
  return { kind: 'failed', failure: unusableFailure(end.why, end.message) }
}

/** What a script's result means. Throws when no script of that kind could have said it. */
export function succeeded(task: Task, tasks: ScriptTasks, result: unknown): TaskOutcome {
  // The task of a kind takes that kind's parameters: the compiler can't follow that through the table.
  const known = tasks[task.kind] as
    | { toOutcome: (result: unknown, params: unknown) => TaskOutcome }
    | undefined
  return known === undefined ? unsupported(task.kind) : known.toOutcome(result, task.params)
}

function unsupported(kind: TaskKind): TaskOutcome {
  const message = `This agent has no script for ${kind}.`
  return { kind: 'failed', failure: { code: 'noScript', message, remedy: 'giveUp' } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 1000) : String(error)
}
