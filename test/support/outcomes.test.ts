import { expect, it } from 'vitest'
import { differences, type Outcome } from './outcomes.ts'

const ended = (outcome: string, reason = 'updated'): Outcome => ({ outcome, reason, steps: 'install#1' })

it('outcomes differ when a server ended otherwise, is missing or is new; reasons and steps don’t count', () => {
  const without = new Map([
    ['same', ended('succeeded')],
    ['sameOtherwise', ended('rolledBack', 'a')],
    ['other', ended('succeeded')],
    ['missing', ended('failed')],
  ])
  const found = new Map([
    ['same', ended('succeeded')],
    ['sameOtherwise', ended('rolledBack', 'b')],
    ['other', ended('skipped')],
    ['new', ended('succeeded')],
  ])
  expect(differences(without, found).map((line) => line.split(':')[0])).toEqual(['missing', 'new', 'other'])
  expect(differences(without, without)).toEqual([])
})
