import { expect, test } from 'vitest'
import { wait, wakeEvent } from '../../../orchestrations/campaign/wait.ts'
import type { Peek } from '../../../orchestrations/steps/catalogue.ts'
import { play, type Answer } from '../../support/playedContext.ts'
import { campaignId } from './serverRig.ts'

const minute = 60_000
const input = { campaignId, subject: { kind: 'ring', ring: 1 } }
const go: Answer = { value: { kind: 'go' } satisfies Peek }
const hold = (more: Omit<Answer, 'value'> = {}, until?: number): Answer => ({
  value: (until === undefined ? { kind: 'hold' } : { kind: 'hold', until }) satisfies Peek,
  ...more,
})

/** Plays a wait whose looks see this, one after the other; then always the last. */
function playWait(looks: readonly Answer[]) {
  const at: number[] = []
  const played = play(wait, input, ({ name }, now) => {
    if (name !== 'peek') throw new Error(`A wait asks only to peek, not for ${name}`)
    at.push(now)
    return looks[Math.min(at.length, looks.length) - 1]
  })
  return { at: at.map((ms) => ms / minute), played }
}

test('What may go on goes on at once', () => {
  expect(playWait([go]).at).toEqual([0])
})

test('A wake makes it look again at once', () => {
  expect(playWait([hold({ raise: [{ name: wakeEvent, afterMs: minute }] }), go]).at).toEqual([0, 1])
})

test('A wake that comes while it looks is not lost', () => {
  const during = hold({ raise: [{ name: wakeEvent, afterMs: minute }], afterMs: 2 * minute })
  expect(playWait([during, go]).at).toEqual([0, 2])
})

test('A wake that comes during a later look, when the pause before it has run out, is heeded at once', () => {
  const during = hold({ raise: [{ name: wakeEvent, afterMs: minute }], afterMs: 2 * minute })
  expect(playWait([hold(), during, go]).at).toEqual([0, 15, 17])
})

test('Each wake is heeded, also two in one moment', () => {
  const twice = hold({
    raise: [
      { name: wakeEvent, afterMs: minute },
      { name: wakeEvent, afterMs: minute },
    ],
  })
  expect(playWait([twice, hold(), go]).at.slice(0, 2)).toEqual([0, 1])
})

test('A known deadline ends the pause', () => {
  expect(playWait([hold({}, 7 * minute), go]).at).toEqual([0, 7])
})

test('Without a hint it looks after 15 minutes, then less and less often, at least every hour', () => {
  expect(playWait([hold(), hold(), hold(), hold(), hold(), go]).at).toEqual([0, 15, 45, 105, 165, 225])
})

test('After 50 looks it goes on as new, with what it waits for', () => {
  const { at, played } = playWait([hold()])
  expect(at).toHaveLength(50)
  expect(played.continuedAs).toEqual(input)
})
