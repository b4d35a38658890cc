import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labContracts } from '../../../agent/lab/contracts.ts'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'

const lab = join(import.meta.dirname, '../../../agent/lab')
const text = globSync('*.ps1', { cwd: lab })
  .map((file) => readFileSync(join(lab, file), 'utf8'))
  .join('\n')
const kindNamed = [...text.matchAll(/-Kind '([A-Za-z]+)'/g)].map(([, kind = '']) => kind)
/** `checkpoint.offline`, written as one literal anywhere in the kit or its contracts. */
const ids = [...(text + JSON.stringify(labContracts())).matchAll(/['"]([a-zA-Z]+)\.[a-zA-Z0-9]+['"]/g)].map(
  ([, kind = '']) => kind,
)

describe('the lab kit', () => {
  it('tries the script of every kind of task', () => {
    const tried = new Set(kindNamed)
    expect(taskKinds.filter((kind) => !tried.has(kind))).toEqual([])
  })

  it('runs no kind that the agent doesn’t have', () => {
    expect(kindNamed.filter((kind) => !(taskKinds as readonly string[]).includes(kind))).toEqual([])
  })

  it('names every contract by its kind of task, as the evidence wants it', () => {
    // Codes of refusals and files that it loads read alike.
    const others = ['hyperV', 'backup', 'Hyper', 'Schema', 'Lab', 'plan', 'progress', 'evidence', 'lab']
    const files = ['server', 'guests', 'replication', 'backups', 'contracts', 'nowhere']
    const strange = ids.filter((kind) => ![...taskKinds, ...others, ...files].some((known) => known === kind))
    expect(strange).toEqual([])
    expect(ids.length).toBeGreaterThan(60)
  })
})
