import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scriptTasks } from '../../agent/tasks/index.ts'
import type { TaskOutcome } from '../../agent/windows.ts'
import { ScriptDocument } from '../../orchestrations/contracts/scripts/document.ts'
import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { sampleTasks } from './sampleTasks.ts'

/** Of each kind a document in which its sample task worked: `test/fixtures/scripts/<kind>/<name>.json`. */
const answers: Readonly<Record<TaskKind, string>> = {
  inspect: 'server-guest',
  scan: 'windows-update',
  checkpoint: 'production',
  removeCheckpoint: 'merged',
  restoreCheckpoint: 'restored',
  install: 'all-with-reboot',
  uninstall: 'removed',
  repair: 'healthy',
  reboot: 'ordered',
  verify: 'healthy',
  download: 'all',
  probe: 'guest-off',
  drain: 'nobody-left',
  undrain: 'open-again',
  holdJobs: 'held',
  releaseJobs: 'released',
  startVm: 'running',
  stopVm: 'off',
  replicaState: 'state-Replicating',
  prepareFailover: 'prepared',
  failOver: 'failed-over',
  reverseReplication: 'reversed',
  cancelFailover: 'resumed',
  testFailover: 'answers',
  cleanUpTestFailover: 'cleaned',
}

/** What the script of a kind answers when its sample task works. */
export function sampleAnswer(kind: TaskKind): unknown {
  const file = join(import.meta.dirname, '../fixtures/scripts', kind, `${answers[kind]}.json`)
  const document = ScriptDocument.parse(JSON.parse(readFileSync(file, 'utf8')))
  if (document.outcome === 'failed') throw new Error(`${file}: ${document.error.code}`)
  return document.result
}

/** What the server is told of that. */
export function sampleOutcome(kind: TaskKind): TaskOutcome {
  const task = scriptTasks[kind] as
    | { toOutcome: (result: unknown, params: unknown) => TaskOutcome }
    | undefined
  if (task === undefined) throw new Error(`${kind} has no script`)
  return task.toOutcome(sampleAnswer(kind), sampleTasks[kind].params)
}
