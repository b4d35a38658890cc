import type { OrchestrationContext, Task } from 'durable-functions'
import { expect, test } from 'vitest'
import { play, Stuck } from './playedContext.ts'

const child = ({ df }: OrchestrationContext, name: string): Task => df.callSubOrchestrator(name, null, name)
const inAMinute = () => ({ afterMs: 60_000 })

test('An orchestrator that does something else when it is replayed is found', () => {
  let runs = 0
  const fickle = function* (context: OrchestrationContext): Generator<Task, void> {
    yield child(context, runs++ === 0 ? 'first' : 'other')
  }
  expect(() => play(fickle, null, inAMinute)).toThrow(/Replayed differently/)
})

test('As in the SDK, an `any` never hears of a child that ended before', () => {
  const late = function* (context: OrchestrationContext): Generator<Task, void> {
    const [a, b] = [child(context, 'a'), child(context, 'b')]
    yield context.df.Task.any([a, b])
    yield child(context, 'c')
    yield context.df.Task.any([b])
  }
  expect(() => play(late, null, inAMinute)).toThrow(Stuck)
})

test('A timer that is left behind is found', () => {
  const careless = function* (context: OrchestrationContext): Generator<Task, void> {
    yield context.df.Task.any([child(context, 'a'), context.df.createTimer(new Date(3_600_000))])
  }
  expect(() => play(careless, null, inAMinute)).toThrow(/nobody cancelled/)
})
