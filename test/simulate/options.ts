import { parseArgs } from 'node:util'

export interface SimulateOptions {
  readonly scenario: string
  readonly servers: number
  readonly seeds: readonly number[]
  readonly speed: number
  /** Wire seconds between kills; undefined: none. */
  readonly killEvery: number | undefined
  readonly kill: 'host' | 'everything' | 'alternately'
  /** The operator's script; undefined: the scenario's own. */
  readonly operator: string | undefined
  /** Seeds that are played side by side. */
  readonly beside: number
  /** Wire seconds after which a seed is stuck. */
  readonly patience: number
}

export const usage =
  'usage: npm run simulate -- [--scenario NAME|FILE] [--servers 10..1000] [--seeds 1..1000] [--first-seed N] [--speed N] [--kill-every SECONDS] [--kill host|everything|alternately] [--operator FILE|none] [--beside 1..8] [--patience SECONDS]'

const kills = ['host', 'everything', 'alternately'] as const

/** Reads the command line. Throws RangeError or TypeError with one line. */
export function readSimulateOptions(args: readonly string[]): SimulateOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { ...text, default: 'storm' },
      servers: { ...text, default: '200' },
      seeds: { ...text, default: '20' },
      'first-seed': { ...text, default: '1' },
      speed: { ...text, default: '400' },
      'kill-every': text,
      kill: { ...text, default: 'alternately' },
      operator: text,
      beside: { ...text, default: '1' },
      patience: { ...text, default: '1200' },
    },
  })
  const whole = (name: keyof typeof values, least: number, most: number): number => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`--${name} must be a whole number from ${least} to ${most}.`)
    return value
  }
  const kill = kills.find((name) => name === values.kill)
  if (kill === undefined) throw new RangeError(`--kill must be one of ${kills.join(', ')}.`)
  const first = whole('first-seed', 0, 2 ** 31 - 1_001)
  return {
    scenario: values.scenario,
    servers: whole('servers', 10, 1_000),
    seeds: Array.from({ length: whole('seeds', 1, 1_000) }, (_, index) => first + index),
    speed: whole('speed', 1, 10_000),
    killEvery: values['kill-every'] === undefined ? undefined : whole('kill-every', 5, 3_600),
    kill,
    operator: values.operator,
    beside: whole('beside', 1, 8),
    patience: whole('patience', 10, 24 * 3_600),
  }
}
