import { expect, it } from 'vitest'
import { categoryOf, updateCategories, usualCategories } from '../../../orchestrations/domain/updates.ts'

it.each([
  ['Security Updates', 'security'],
  ['SecurityUpdates', 'security'],
  ['critical updates', 'critical'],
  ['Update Rollups', 'updateRollup'],
  ['Definition Updates', 'definition'],
  ['Feature Packs', 'featureUpgrade'],
  ['Upgrades', 'featureUpgrade'],
  ['Drivers', 'driver'],
])('reads %s', (text, category) => {
  expect(categoryOf(text)).toBe(category)
})

it('reads its own words, and nothing that is none of them', () => {
  for (const category of updateCategories) expect(categoryOf(category)).toBe(category)
  for (const text of ['', 'updates', 'everything', 'constructor']) expect(categoryOf(text)).toBeUndefined()
})

it('never approves drivers, upgrades or previews unasked', () => {
  expect(usualCategories.some((one) => ['driver', 'featureUpgrade', 'preview'].includes(one))).toBe(false)
})
