import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  outcomeKinds,
  updateSteps,
  type OutcomeKind,
  type RunState,
} from '../../../orchestrations/domain/outcomes.ts'
import { IllegalTransition, mayBecome, transition } from '../../../orchestrations/domain/transitions.ts'
import { ended, pending, running, unknown } from './turnRig.ts'

const looking: RunState = { kind: 'running', step: 'inspect', startedAt: 0, stepAt: 0 }
const resolved: RunState = {
  kind: 'ended',
  outcome: 'succeeded',
  endedAt: 1,
  reason: { code: 'resolvedByOperator' },
}

const again: RunState = { kind: 'pending', reason: { code: 'retriedByOperator' }, since: 1 }
const skippedAfterFailure: RunState = {
  kind: 'ended',
  outcome: 'skipped',
  endedAt: 1,
  reason: { code: 'clientStoppedAfterFailure' },
}

test.each<[string, RunState, RunState, boolean]>([
  ['a pending server starts', pending, running, true],
  ['a pending server is excluded', pending, ended('excluded'), true],
  ['a pending server cannot have succeeded', pending, ended('succeeded'), false],
  ['a running server goes on', looking, running, true],
  ['a running server gets unknown', running, unknown, true],
  ['an unknown server comes back', unknown, running, true],
  ['an unknown server needs an operator', unknown, ended('needsOperator'), true],
  ['a running server cannot wait again', running, pending, false],
  ['a server that was only looked at is carried over', looking, ended('carriedOver'), true],
  ['a server that was changed is not', running, ended('carriedOver'), false],
  ['a carried-over server waits again', ended('carriedOver'), pending, true],
  ['an operator gives a failed server its place back', ended('failed'), again, true],
  ['nobody else does', ended('failed'), pending, false],
  ['nobody does with one that succeeded', ended('succeeded'), again, false],
  ['who was skipped after a failure waits again once it is mended', skippedAfterFailure, pending, true],
  ['who was skipped for another cause does not', ended('skipped'), pending, false],
  ['an operator resolves', ended('needsOperator'), resolved, true],
  ['what nobody resolved stays', ended('needsOperator'), ended('succeeded'), false],
  ['an operator resolves what is unknown', unknown, resolved, true],
  ['an operator resolves nothing else', ended('failed'), resolved, false],
])('%s', (_, from, to, allowed) => {
  expect(mayBecome(from, to)).toBe(allowed)
})

const step = fc.constantFrom(...updateSteps)
const anyState: fc.Arbitrary<RunState> = fc.oneof(
  fc.constant(pending),
  step.map((one): RunState => ({ kind: 'running', step: one, startedAt: 0, stepAt: 0 })),
  step.map((one): RunState => ({
    kind: 'unknown',
    step: one,
    startedAt: 0,
    since: 0,
    reason: { code: 'noAnswer' },
  })),
  fc.constantFrom(...outcomeKinds).map((outcome) => ended(outcome)),
)
test('ends are final but for carriedOver and needsOperator', () => {
  const open: readonly OutcomeKind[] = ['carriedOver', 'needsOperator']
  const final = outcomeKinds.filter((kind) => !open.includes(kind))
  fc.assert(
    fc.property(fc.constantFrom(...final), anyState, (outcome, to) => {
      expect(() => transition('acme.dc01', ended(outcome), to, 'report')).toThrow(IllegalTransition)
    }),
  )
})

test('a refusal carries id, from, to and operation', () => {
  expect(() => transition('acme.dc01', ended('failed'), pending, 'recordStep')).toThrow(
    expect.objectContaining({ id: 'acme.dc01', from: 'failed', to: 'pending', operation: 'recordStep' }),
  )
})
