import type { TableClient } from '@azure/data-tables'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { startAzurite } from './azurite.ts'
import { entities, filters, type Operation, operations, type Outcome, outcomeOf } from './operations.ts'
import { startedService, tableClient, temporaryFolder } from './setup.ts'

const everything: Operation = { kind: 'query', filter: undefined, top: 1000 }

test('answers any sequence of operations as Azurite does', async () => {
  const [ours, theirs] = await bothServices()
  let tables = 0
  await fc.assert(
    fc.asyncProperty(operations, async (sequence) => {
      const name = `run${tables++}`
      const clients = [tableClient(ours, name), tableClient(theirs, name)] as const
      await Promise.all(clients.map((client) => client.createTable()))
      for (const operation of [...sequence, everything]) {
        const [answer, reference] = await answersOf(clients, operation)
        expect(answer).toEqual(reference)
      }
      await Promise.all(clients.map((client) => client.deleteTable()))
    }),
    { numRuns: 60 },
  )
})

test('answers any filter as Azurite does', async () => {
  const [ours, theirs] = await bothServices()
  const clients = [tableClient(ours, 'things'), tableClient(theirs, 'things')] as const
  await Promise.all(clients.map((client) => client.createTable()))
  for (const entity of fc.sample(entities, { numRuns: 60, seed: 1 }))
    await answersOf(clients, { kind: 'upsertReplace', entity })
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom(2, 1_000), async (filter, top) => {
      const [answer, reference] = await answersOf(clients, { kind: 'query', filter, top })
      expect(answer).toEqual(reference)
    }),
    { numRuns: 400 },
  )
})

async function bothServices(): Promise<[ours: string, theirs: string]> {
  const azurite = await startAzurite(await temporaryFolder())
  onTestFinished(() => azurite.close())
  return [(await startedService()).url, azurite.url]
}

async function answersOf(
  clients: readonly [ours: TableClient, theirs: TableClient],
  operation: Operation,
): Promise<[answer: unknown, reference: unknown]> {
  const [ours, theirs] = await Promise.all([
    outcomeOf(clients[0], operation),
    outcomeOf(clients[1], operation),
  ])
  return [
    { operation, outcome: asAzure(ours, operation) },
    { operation, outcome: asAzure(theirs, operation) },
  ]
}

/** Maps what knownDifferences.ts names: the code of a malformed ETag, and the words of such refusals. */
function asAzure(outcome: Outcome, operation: Operation): unknown {
  if (outcome.kind === 'answered') return outcome
  const { status, code, text } = outcome.refusal
  if ('tag' in operation && operation.tag === 'malformed') {
    return { status, code: code === 'InvalidOperation' ? 'InvalidInput' : code }
  }
  return { status, code, text: text.trim() }
}
