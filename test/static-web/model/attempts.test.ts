import { expect, it } from 'vitest'
import { StepRow } from '../../../orchestrations/contracts/board.ts'
import { attemptsOf } from '../../../static-web/src/model/attempts.ts'

const step = (run: string, name: string, issuedAt: number) =>
  StepRow.parse({
    commandId: `2026-11-27-aa.${run}.ancay.fs01.${name}.1`,
    step: name === 'download' ? 'prepare' : name,
    kind: name,
    attempt: 1,
    on: 'ancay.fs01',
    issuedAt,
    endedAt: issuedAt + 1,
    outcome: 'succeeded',
  })

it('What prepare looked at is no attempt, however often it was prepared', () => {
  const steps = [
    step('prepare1', 'inspect', 1),
    step('prepare1', 'download', 2),
    step('prepare2', 'inspect', 3),
    step('p0', 'inspect', 10),
    step('p0', 'install', 11),
    step('p1', 'inspect', 20),
  ]
  const numbers = attemptsOf({ steps }).map(({ number, steps: own }) => [number, own.length])
  expect(numbers).toEqual([
    [0, 3],
    [1, 2],
    [2, 1],
  ])
})
