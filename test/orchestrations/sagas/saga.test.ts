import { expect, test } from 'vitest'
import { Saga, type Undone } from '../../../orchestrations/sagas/saga.ts'
import type { Story } from '../../../orchestrations/steps/step.ts'

/** Runs a story that waits for nothing. */
function told<T>(story: Story<T>): T {
  const step = story.next()
  if (step.done !== true) throw new Error('The story waits')
  return step.value
}

function undo(log: string[], name: string, result: Undone = { kind: 'undone' }): () => Story<Undone> {
  return function* () {
    log.push(name)
    return result
  }
}

test('What was done is undone in the opposite order', () => {
  const log: string[] = []
  const saga = new Saga()
  for (const name of ['a', 'b', 'c']) saga.before(name, undo(log, name))

  expect(told(saga.unwind())).toEqual({ kind: 'undone', done: ['c', 'b', 'a'] })
  expect(log).toEqual(['c', 'b', 'a'])
  expect(saga.pending).toEqual([])
})

test('The first undo that fails halts the way back, and says what is done, failed and pending', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.before('a', undo(log, 'a'))
  saga.before('b', undo(log, 'b'))
  saga.before('c', undo(log, 'c', { kind: 'failed', why: { message: 'no way' } }))
  saga.before('d', undo(log, 'd'))

  expect(told(saga.unwind())).toEqual({
    kind: 'stuck',
    done: ['d'],
    failed: 'c',
    why: { message: 'no way' },
    pending: ['b', 'a'],
  })
  expect(log).toEqual(['d', 'c'])
})

test('A step that is repeated is undone once', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.before('install', undo(log, 'first'))
  saga.before('install', undo(log, 'second'))
  told(saga.unwind())
  expect(log).toEqual(['first'])
})

test('Past the pivot nothing is undone', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.before('a', undo(log, 'a'))
  saga.pivot()
  expect(told(saga.unwind())).toEqual({ kind: 'undone', done: [] })
  expect(log).toEqual([])
})
