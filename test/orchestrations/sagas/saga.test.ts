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

const stays: Undone = { kind: 'failed', why: { message: 'no way' } }

test('What lasts is taken back after the pivot too, the last first, each whatever becomes of the others', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.always('jobs', undo(log, 'jobs'))
  saga.always('people', undo(log, 'people', stays))
  saga.always('jobs', undo(log, 'jobs again'))
  saga.before('install', undo(log, 'install'))
  saga.pivot()

  expect(saga.lasting).toEqual(['jobs', 'people'])
  expect(saga.pending).toEqual([])
  expect(told(saga.settle())).toEqual([{ name: 'people', why: { message: 'no way' } }])
  expect(log).toEqual(['people', 'jobs'])
  expect(told(saga.settle())).toEqual([])
})

test('An undo that fails leaves nothing standing that lasts, and what lasts is no undo', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.always('jobs', undo(log, 'jobs'))
  saga.before('install', undo(log, 'install', stays))
  expect(told(saga.unwind())).toMatchObject({ kind: 'stuck', failed: 'install', pending: [] })
  expect(told(saga.settle())).toEqual([])
  expect(log).toEqual(['install', 'jobs'])
})

test('What was taken back ahead of the end is not taken back again; what could not be is', () => {
  const log: string[] = []
  const saga = new Saga()
  saga.always('a', undo(log, 'a'))
  saga.always('b', undo(log, 'b', stays))
  saga.always('c', undo(log, 'c'))
  told(saga.takeBack('a'))
  told(saga.takeBack('b'))
  told(saga.takeBack('unknown'))
  saga.withdraw('c')
  expect(saga.lasting).toEqual(['b'])
  expect(told(saga.settle())).toEqual([{ name: 'b', why: { message: 'no way' } }])
  expect(log).toEqual(['a', 'b', 'b'])
})
