import { resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { ScenarioDefinition } from '../fleet/scenario.ts'
import { loadScenario } from '../fleet/scenarios/load.ts'
import { LocalError } from '../supervisor/errors.ts'

export interface StartOptions {
  readonly inventory: string | undefined
  readonly scenario: ScenarioDefinition
  /** The operator's script: a file, or by name; undefined: nobody is at the desk. */
  readonly operator: string | undefined
  /** The user is the operator: nothing is planned, approved, started or promoted for them. */
  readonly byHand: boolean
  readonly servers: number | undefined
  readonly speed: number
  readonly seed: number
  readonly data: string
  readonly port: number
  readonly untilDone: boolean
  readonly json: boolean
  readonly build: boolean
  readonly restartsPerMinute: number
  /** Names of the options that were given, not defaulted. */
  readonly given: ReadonlySet<string>
}

/** Plays the demo's weekend, about 34 hours of plan time, in about three minutes. */
const defaultSpeed = 800
const unhurried: Readonly<Record<string, number>> = { even: 60, instant: 60 }
/** A minute of a night in a second: somebody reads, thinks and types. */
const byHandSpeed = 60

const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  return value
}

const positive = (text: string) => {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0 || value > 100_000)
    throw new InvalidArgumentError('It must be a number above 0, at most 100000.')
  return value
}

const usage = (message: string) => new LocalError('badUsage', message)

/** Reads `npm start`'s arguments. Throws LocalError `badUsage` with one line; `--help` prints and exits 0. */
export function readOptions(argv: readonly string[]): StartOptions {
  const program = new Command('npm start --')
    .description(
      'Rehearses a weekend of updates on this machine, with the real orchestrators and agents; only Windows is simulated.',
    )
    .option(
      '--inventory <file>',
      'your servers, CSV or XLSX (English or French headings, or as your RMM or hypervisor exports them)',
    )
    .option(
      '--scenario <name|file>',
      'weekend (realistic, with faults), storm (everything goes wrong), even, instant, or a JSON file',
      'weekend',
    )
    .option('--servers <n>', 'generate an inventory of this size (for even and instant)', whole(1, 100_000))
    .option('--speed <n>', 'plan time runs this many times faster than the wall clock', positive)
    .option('--seed <n>', 'of everything that is drawn', whole(0, 2 ** 31 - 1), 1)
    .option('--operator <file|none>', 'who is at the desk, as a JSON script (default: storm has its own)')
    .option(
      '--by-hand',
      'you are the operator: plan, prepare and start it yourself, from Friday 20:00',
      false,
    )
    .option('--data <dir>', 'where everything is kept; started again on it, it resumes', '.atlas')
    .option('--port <n>', 'of the page and the API, on 127.0.0.1', whole(1, 65_535), 7071)
    .option('--until-done', 'end when the campaign has ended', false)
    .option('--json', 'print the result as one JSON object, as the last line', false)
    .option('--no-build', 'use the page as it was built last')
    .option(
      '--restarts-per-minute <n>',
      'give up when a part dies more often than this',
      whole(1, 10_000),
      10,
    )
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exit(0)
    throw usage(`${error.message.replace(/^error: /, '')} See npm start -- --help.`)
  }
  if (program.args.length > 0) throw usage(`"${program.args[0]}" is no option. See npm start -- --help.`)
  const raw = program.opts()
  const scenario = readScenario(String(raw['scenario']))
  if (raw['inventory'] !== undefined && raw['servers'] !== undefined)
    throw usage('--inventory and --servers exclude each other: the file says how many servers there are.')
  const byHand = raw['byHand'] === true
  if (byHand && (raw['untilDone'] === true || raw['operator'] !== undefined))
    throw usage('--by-hand waits for you: leave --until-done and --operator out.')
  return {
    inventory: raw['inventory'] === undefined ? undefined : resolve(String(raw['inventory'])),
    scenario,
    operator: raw['operator'] as string | undefined,
    byHand,
    servers: raw['servers'] as number | undefined,
    speed:
      (raw['speed'] as number | undefined) ??
      (byHand ? byHandSpeed : (unhurried[scenario.name] ?? defaultSpeed)),
    seed: raw['seed'] as number,
    data: resolve(String(raw['data'])),
    port: raw['port'] as number,
    untilDone: raw['untilDone'] === true,
    json: raw['json'] === true,
    build: raw['build'] !== false,
    restartsPerMinute: raw['restartsPerMinute'] as number,
    given: new Set(Object.keys(raw).filter((name) => program.getOptionValueSource(name) === 'cli')),
  }
}

const examples = `
Examples:
  npm start                                     the demo: 1,000 servers of 100 clients, a weekend in three minutes
  npm start -- --scenario even --speed 60       every server exactly 45 minutes, no fault
  npm start -- --inventory servers.csv --seed 7 your own servers, rehearsed
  npm start -- --until-done --json              ends by itself and prints the figures
  npm start -- --by-hand --servers 100          an evening at the desk: the page and the command line are yours
`

function readScenario(name: string): ScenarioDefinition {
  try {
    return loadScenario(name)
  } catch (error) {
    throw usage(`--scenario: ${error instanceof Error ? error.message : String(error)}`)
  }
}
