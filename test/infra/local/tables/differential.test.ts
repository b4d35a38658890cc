import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { startAzurite } from './azurite.ts'
import { type Operation, operations, type Outcome, outcomeOf } from './operations.ts'
import { startedService, tableClient, temporaryFolder } from './setup.ts'

const everything: Operation = { kind: 'query', filter: undefined, top: 1000 }

test('answers any sequence of operations as Azurite does', { timeout: 120_000 }, async () => {
  const azurite = await startAzurite(await temporaryFolder())
  onTestFinished(() => azurite.close())
  const service = await startedService()
  let tables = 0
  await fc.assert(
    fc.asyncProperty(operations, async (sequence) => {
      const name = `run${tables++}`
      const [ours, theirs] = [service.url, azurite.url].map((url) => tableClient(url, name))
      if (ours === undefined || theirs === undefined) throw new Error('two clients')
      await Promise.all([ours.createTable(), theirs.createTable()])
      for (const operation of [...sequence, everything]) {
        const [answer, reference] = await Promise.all([
          outcomeOf(ours, operation),
          outcomeOf(theirs, operation),
        ])
        expect({ operation, outcome: asAzure(answer, operation) }).toEqual({
          operation,
          outcome: asAzure(reference, operation),
        })
      }
      await Promise.all([ours.deleteTable(), theirs.deleteTable()])
    }),
    { numRuns: 60 },
  )
})

/** Maps what knownDifferences.ts names: the code of a malformed ETag, and the words of such refusals. */
function asAzure(outcome: Outcome, operation: Operation): unknown {
  if (outcome.kind === 'answered') return outcome
  const { status, code, text } = outcome.refusal
  if ('tag' in operation && operation.tag === 'malformed') {
    return { status, code: code === 'InvalidOperation' ? 'InvalidInput' : code }
  }
  return { status, code, text: text.trim() }
}
