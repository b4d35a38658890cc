import { expect, test } from 'vitest'
import { fuzzEnvelopes } from './fuzzEnvelopes.ts'

test('none of 20,000 mutated messages does anything or breaks an agent, and each signed control is carried out', async () => {
  const { executed, controls, wrong, byFamily } = await fuzzEnvelopes({ seed: 20261121, messages: 20_000 })
  expect(wrong).toEqual([])
  expect(executed).toEqual(controls)
  expect(controls.length).toBeGreaterThan(4)
  // Every way to go wrong was tried.
  expect(byFamily.size).toBe(16)
  expect(Math.min(...byFamily.values())).toBeGreaterThan(500)
}, 120_000)
