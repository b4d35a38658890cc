import { expect, it } from 'vitest'
import { readSimulateOptions } from './options.ts'

it('has bounded defaults', () => {
  expect(readSimulateOptions([])).toEqual({
    scenario: 'storm',
    servers: 200,
    seeds: Array.from({ length: 20 }, (_, index) => index + 1),
    speed: 400,
    killEvery: undefined,
    kill: 'alternately',
    operator: undefined,
    beside: 1,
    patience: 1_200,
  })
})

it('repeats one seed', () => {
  expect(readSimulateOptions(['--first-seed', '7', '--seeds', '1']).seeds).toEqual([7])
})

it.each([
  [['--servers', '9'], '--servers must be a whole number from 10 to 1000.'],
  [['--kill-every', '1'], '--kill-every must be a whole number from 5 to 3600.'],
  [['--kill', 'all'], '--kill must be one of host, everything, alternately.'],
  [['--fast'], '--fast'],
])('refuses %s', (args, message) => {
  expect(() => readSimulateOptions(args)).toThrow(message)
})
