import { cpSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killEvery, noKills } from '../chaos/killers.ts'
import { play } from '../chaos/play.ts'
import { wireNow } from '../../infra/local/clock/wire.ts'
import { stormInventory } from './inventory.ts'
import type { Outcome } from '../support/outcomes.ts'
import { readSimulateOptions, usage, type SimulateOptions } from './options.ts'

interface Row {
  readonly seed: number
  readonly outcome: 'ok' | 'VIOLATED' | 'BROKEN'
  readonly succeeded: number
  readonly others: string
  readonly kills: number
  readonly operated: number
  readonly effects: number
  readonly planHours: number
  readonly wallSeconds: number
}

/** Plays each seed as a real rehearsal and judges what it left behind. Exit code 1 when anything is wrong. */
async function main(options: SimulateOptions): Promise<number> {
  const rows: Row[] = []
  const seeds = options.seeds.values()
  const worker = async (): Promise<void> => {
    for (const seed of seeds) rows.push(await playSeed(options, seed))
  }
  await Promise.all(Array.from({ length: options.beside }, worker))
  console.table(rows.toSorted((a, b) => a.seed - b.seed))
  const bad = rows.filter(({ outcome }) => outcome !== 'ok')
  process.stdout.write(
    `${rows.length} seeds of ${options.scenario}, ${options.servers} servers: ${bad.length} with a violation\n`,
  )
  return bad.length === 0 ? 0 : 1
}

async function playSeed(options: SimulateOptions, seed: number): Promise<Row> {
  const { scenario, servers, speed, killEvery: seconds, kill, operator, patience } = options
  const inventory = stormInventory(servers, wireNow())
  const repeat = `npm run simulate -- --scenario ${scenario} --servers ${servers} --speed ${speed} --first-seed ${seed} --seeds 1${seconds === undefined ? '' : ` --kill-every ${seconds} --kill ${kill}`}${operator === undefined ? '' : ` --operator ${operator}`}`
  const keep = (data: string): void => {
    const kept = join(tmpdir(), `atlas-simulate-${scenario}-${seed}`)
    rmSync(kept, { recursive: true, force: true })
    cpSync(data, kept, { recursive: true })
    process.stdout.write(`seed ${seed}: its data is kept in ${kept}; to repeat it: ${repeat}\n`)
  }
  const more = operator === undefined ? [] : ['--operator', operator]
  try {
    const played = await play({
      scenario,
      inventory,
      speed,
      seed,
      more,
      killer: seconds === undefined ? noKills : killEvery(seconds, kill),
      patienceMs: patience * 1_000,
      // Killed and started again, what happened is known later.
      ...(seconds === undefined ? {} : { delayMs: 60_000 }),
      onTrouble: keep,
    })
    const { result, kills, operated, effects, evidence } = played
    const row: Row = {
      seed,
      outcome: evidence.length === 0 ? 'ok' : 'VIOLATED',
      succeeded: played.outcomes
        .values()
        .filter(({ outcome }) => outcome === 'succeeded')
        .toArray().length,
      others: othersOf(played.outcomes),
      kills,
      operated,
      effects,
      planHours: Math.round(result.simulatedSeconds / 360) / 10,
      wallSeconds: result.wallSeconds,
    }
    process.stdout.write(`${JSON.stringify({ ...row, reasons: reasonsOf(played.outcomes), evidence })}\n`)
    return row
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stdout.write(`${JSON.stringify({ seed, outcome: 'BROKEN', why: why.slice(-2_000), repeat })}\n`)
    const nothing = { succeeded: 0, kills: 0, operated: 0, effects: 0, planHours: 0, wallSeconds: 0 }
    return { seed, outcome: 'BROKEN', others: '', ...nothing }
  }
}

/** How the servers that were not updated ended: `skipped 12, failed 3`. */
function othersOf(outcomes: ReadonlyMap<string, { readonly outcome: string }>): string {
  const counts = Map.groupBy(outcomes.values(), ({ outcome }) => outcome)
  return [...counts]
    .filter(([outcome]) => outcome !== 'succeeded')
    .map(([outcome, all]) => `${outcome} ${all.length}`)
    .join(', ')
}

/** Why, most frequent first: what the storm really did. */
function reasonsOf(outcomes: ReadonlyMap<string, Outcome>): Record<string, number> {
  const counts = Map.groupBy(outcomes.values(), ({ outcome, reason }) => `${outcome} ${reason}`)
  const sorted = [...counts].map(([why, all]) => [why, all.length] as const).sort((a, b) => b[1] - a[1])
  return Object.fromEntries(sorted)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
if (process.argv.includes('--help')) {
  process.stdout.write(`${usage}\nWhat is judged, and what is granted: test/simulate/README.md\n`)
  process.exit(0)
}
let options: SimulateOptions
try {
  options = readSimulateOptions(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)} ${usage}\n`)
  process.exit(2)
}
process.exitCode = await main(options)
