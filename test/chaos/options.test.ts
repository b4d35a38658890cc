import { expect, it } from 'vitest'
import { readChaosOptions } from './options.ts'

it('has bounded defaults', () => {
  expect(readChaosOptions([])).toEqual({
    servers: 200,
    kills: 50,
    groupKills: 4,
    seed: 1,
    scenario: 'weekend',
    speed: 300,
    port: undefined,
  })
})

it.each([
  [['--servers', '9'], '--servers must be a whole number from 10 to 500.'],
  [['--kills', 'many'], '--kills must be a whole number from 0 to 1000.'],
  [['--speed', '0'], '--speed must be a whole number from 1 to 10000.'],
  [['--fast'], '--fast'],
])('refuses %s', (args, message) => {
  expect(() => readChaosOptions(args)).toThrow(message)
})
