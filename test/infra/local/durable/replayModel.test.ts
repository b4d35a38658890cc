import { describe, expect, it } from 'vitest'
import { ActionType, parseFailedResult, type Action } from '../../../../infra/local/durable/actions.ts'
import { NonDeterministicError, ReplayModel } from '../../../../infra/local/durable/replayModel.ts'

const activity = (functionName: string): Action => ({ actionType: ActionType.CallActivity, functionName })
const timer = (fireAt: string, isCanceled = false): Action => ({
  actionType: ActionType.CreateTimer,
  fireAt,
  isCanceled,
})
const wait = (externalEventName: string): Action => ({
  actionType: ActionType.WaitForExternalEvent,
  externalEventName,
})
const any = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAny, compoundActions })
const all = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAll, compoundActions })
const started = { kind: 'started' } as const
const done = (taskId: number) => ({ kind: 'taskCompleted', taskId, result: 'null' }) as const
const raised = (name: string) => ({ kind: 'eventRaised', name, input: undefined }) as const
const failedTask = (taskId: number) =>
  ({
    kind: 'taskFailed',
    taskId,
    failure: { ErrorType: 'E', ErrorMessage: 'm', IsNonRetriable: false },
  }) as const

const numbers = (fed: { effects: readonly { kind: string; taskId?: number }[] }): string[] =>
  fed.effects.map((effect) => `${effect.kind}:${effect.taskId ?? ''}`)

describe('the replay model', () => {
  it('numbers tasks as the SDK does: leaves in order, events without a number', () => {
    const model = new ReplayModel()
    const tree = all(activity('a'), any(wait('e'), timer('2026-01-03T00:00:00Z')), activity('b'))
    expect(numbers(model.feed(0, [started], [tree]))).toEqual(['activity:0', 'timer:1', 'activity:2'])
    expect(numbers(model.feed(0, [done(0), done(2)], [tree]))).toEqual([])
    expect(numbers(model.feed(0, [raised('e')], [tree, activity('c')]))).toEqual(['activity:3'])
  })

  it('gives a retry its number when the failure is seen, before what follows it in the batch', () => {
    const retryOptions = { firstRetryIntervalInMilliseconds: 5, maxNumberOfAttempts: 3 }
    const retried = { actionType: ActionType.CallActivityWithRetry, functionName: 'r', retryOptions }
    const model = new ReplayModel()
    const first = any(retried, activity('a'))
    model.feed(100, [started], [first])
    const fed = model.feed(200, [failedTask(0), done(1)], [first, activity('next')])
    expect(numbers(fed)).toEqual(['timer:2', 'activity:3'])
    expect(fed.effects[0]).toMatchObject({ fireAt: 205 })
    const fired = { kind: 'timerFired', taskId: 2, fireAt: 205 } as const
    expect(numbers(model.feed(205, [fired], [first, activity('next')]))).toEqual(['activity:4'])
  })

  it('tells which timers were cancelled, once', () => {
    const model = new ReplayModel()
    model.feed(0, [started], [any(wait('e'), timer('2026-01-03T00:00:00Z'))])
    const after = [any(wait('e'), timer('2026-01-03T00:00:00Z', true)), activity('a')]
    model.feed(0, [raised('e')], after)
    expect(model.takeCancelled(after)).toEqual([0])
    expect(model.takeCancelled(after)).toEqual([])
  })

  it('refuses a replay that does less or something else than before', () => {
    const model = new ReplayModel()
    model.feed(0, [started], [activity('a')])
    expect(() => model.feed(0, [done(0)], [])).toThrow(NonDeterministicError)
    expect(() => model.feed(0, [done(0)], [activity('b')])).toThrow('action 0 was 0:a before and is 0:b')
  })

  it('leaves what comes after a continue-as-new to the next execution', () => {
    const model = new ReplayModel()
    model.feed(0, [started], [wait('e')])
    const fed = model.feed(
      0,
      [raised('e'), raised('late')],
      [wait('e'), { actionType: ActionType.ContinueAsNew, input: 1 }],
    )
    expect(fed.effects).toEqual([{ kind: 'continueAsNew', input: '1' }])
    expect(fed.left).toEqual([raised('late')])
  })

  it('warns of an open timer that is yielded again', () => {
    const deadline = timer('2026-01-03T00:00:00Z')
    const model = new ReplayModel()
    model.feed(0, [started], [any(wait('e'), deadline)])
    const fed = model.feed(0, [raised('e')], [any(wait('e'), deadline), any(wait('f'), deadline)])
    expect(fed.effects).toContainEqual({ kind: 'warning', text: expect.stringContaining('issue 574') })
  })
})

describe('the state of a failed orchestrator', () => {
  it('is found in the error whatever stands around it, and absent in other errors', () => {
    const state = '{"isDone":false,"actions":[[]],"error":"boom {"}'
    expect(
      parseFailedResult(new Error(`Result: Failure\nfalse\n\n$OutOfProcData$:${state}\nStack: at {x}`)),
    ).toMatchObject({
      error: 'boom {',
    })
    expect(parseFailedResult(new Error('plain'))).toBeUndefined()
    expect(parseFailedResult(new Error('$OutOfProcData$:{broken'))).toBeUndefined()
  })
})
