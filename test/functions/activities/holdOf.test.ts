import { expect, test } from 'vitest'
import { holdOf } from '../../../functions/activities/takeTurn.ts'
import { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'

const since = 1_000_000
const partition = { lock: () => ({ owner: CampaignId.parse('other'), fence: 3, since }) }
const hold = (code: 'lockedByOther' | 'windowClosed') => ({ kind: 'hold', reason: reason(code) }) as const

test("Another campaign's lock asks nobody until the lock time-out, then a human", () => {
  const at = (now: number) => holdOf(hold('lockedByOther'), partition, 300, now)
  expect(at(since + 299_999)).toEqual({ reason: reason('lockedByOther') })
  expect(at(since + 300_000)).toEqual({ reason: reason('lockedByOther'), asks: true })
})

test('A closed window asks nobody, however long', () => {
  expect(holdOf(hold('windowClosed'), partition, 300, since + 1e9)).toEqual({
    reason: reason('windowClosed'),
  })
})
