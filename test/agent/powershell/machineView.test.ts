import { expect, test } from 'vitest'
import { countBoots, hasBooted } from '../../../agent/powershell/machineView.ts'
import type { Boot } from '../../../agent/powershell/machineView.ts'

const day = 24 * 3_600_000
const boot = (changes: Partial<Boot> = {}): Boot => ({ id: 'a', bootedAt: day, records: [7], ...changes })
const blind: Partial<Boot> = { id: null, records: [] }

test('a clock that is set by a day is no boot', () => {
  expect(hasBooted(boot(), boot({ bootedAt: 2 * day }))).toBe(false)
  expect(hasBooted(boot({ id: null }), boot({ id: null, bootedAt: 0 }))).toBe(false)
})

test('a boot is one whatever the clock says', () => {
  expect(hasBooted(boot(), boot({ id: 'b' }))).toBe(true)
  expect(hasBooted(boot({ id: null }), boot({ id: null, records: [7, 9] }))).toBe(true)
})

test('where only the clock is left, a change of it can’t be told from a boot', () => {
  expect(hasBooted(boot(blind), boot({ ...blind, bootedAt: day + 900 }))).toBe(false)
  expect(hasBooted(boot(blind), boot({ ...blind, bootedAt: day + 60_000 }))).toBeUndefined()
})

test('an event log that was cleared does not hide a boot', () => {
  expect(hasBooted(boot({ id: null }), boot({ id: null, records: [1], bootedAt: 9 * day }))).toBeUndefined()
})

test('reboots that no agent has seen are counted', () => {
  expect(countBoots(boot(), boot({ id: 'b', records: [7, 9, 12] }))).toBe(2)
  expect(countBoots(boot(), boot({ id: 'b', records: [1] }))).toBe(1)
  expect(countBoots(boot(blind), boot({ id: 'b' }))).toBe(1)
})
