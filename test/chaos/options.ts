import { parseArgs } from 'node:util'

export interface ChaosOptions {
  readonly servers: number
  readonly kills: number
  /** Kills of all processes at once. */
  readonly groupKills: number
  readonly seed: number
  readonly scenario: string
  readonly speed: number
  readonly port: number | undefined
}

export const usage =
  'usage: npm run chaos -- [--servers 10..500] [--kills 0..1000] [--group-kills 0..100] [--seed N] [--scenario NAME|FILE] [--speed N] [--port N]'

/** Reads the command line. Throws RangeError or TypeError with one line. */
export function readChaosOptions(args: readonly string[]): ChaosOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { ...text, default: '200' },
      kills: { ...text, default: '50' },
      'group-kills': { ...text, default: '4' },
      seed: { ...text, default: '1' },
      scenario: { ...text, default: 'weekend' },
      speed: { ...text, default: '300' },
      port: text,
    },
  })
  const whole = (
    name: 'servers' | 'kills' | 'group-kills' | 'seed' | 'speed',
    least: number,
    most: number,
  ) => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`--${name} must be a whole number from ${least} to ${most}.`)
    return value
  }
  return {
    servers: whole('servers', 10, 500),
    kills: whole('kills', 0, 1_000),
    groupKills: whole('group-kills', 0, 100),
    seed: whole('seed', 0, 2 ** 31 - 1),
    scenario: values.scenario,
    speed: whole('speed', 1, 10_000),
    port: values.port === undefined ? undefined : Number(values.port),
  }
}
