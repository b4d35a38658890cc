import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { failureOf } from '../../../agent/tasks/failures.ts'
import type { ScriptTask, TaskParams } from '../../../agent/tasks/scriptTask.ts'
import type { TaskOutcome } from '../../../agent/windows.ts'
import { ScriptDocument } from '../../../orchestrations/contracts/scripts/document.ts'
import { parseTaskResult, type TaskKind } from '../../../orchestrations/contracts/tasks.ts'

const folder = join(import.meta.dirname, '../../fixtures/scripts')

/** Names of the documents of a kind, as its script writes them. */
export const documentsOf = (kind: TaskKind): string[] =>
  globSync(`${kind}/*.json`, { cwd: folder })
    .map((file) => basename(file, '.json'))
    .toSorted()

/** What the server is told of a document. A result that isn't the kind's throws, as one of another shape does. */
export function outcomeOf<K extends TaskKind>(
  task: ScriptTask<K>,
  name: string,
  params: TaskParams<K>,
): TaskOutcome {
  const text = readFileSync(join(folder, task.kind, `${name}.json`), 'utf8')
  const document = ScriptDocument.parse(JSON.parse(text))
  if (document.outcome === 'failed') return { kind: 'failed', failure: failureOf(document.error) }
  const outcome = task.toOutcome(document.result, params)
  if (outcome.kind === 'succeeded') parseTaskResult(task.kind, outcome.result)
  return outcome
}

/** In short: the result, `code → remedy` of a failure, or that the document can't be used. */
export function inShort<K extends TaskKind>(
  task: ScriptTask<K>,
  name: string,
  params: TaskParams<K>,
): unknown {
  try {
    const outcome = outcomeOf(task, name, params)
    if (outcome.kind === 'succeeded') return outcome.result
    return `${outcome.failure.code} → ${outcome.failure.remedy}`
  } catch (error) {
    if (error instanceof Error && error.name === 'ZodError') return 'unusable'
    throw error
  }
}
