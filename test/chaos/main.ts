import { cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoSlice } from '../support/demoSlice.ts'
import { seededRandom } from '../support/random.ts'
import { killEverything, killPart, noKills, type Killer } from './killers.ts'
import { readChaosOptions, usage, type ChaosOptions } from './options.ts'
import { play, type Played } from './play.ts'

/**
 * What a kill costs is wire time, and plan time runs on meanwhile: with ten servers a client fifty kills push a
 * weekend beyond its window, and then servers are rightly carried over that without kills were not.
 */
const serversPerClient = 5

interface Row {
  readonly run: string
  readonly kills: number
  readonly wallSeconds: number
  readonly simulatedSeconds: number
  readonly effects: number
  readonly violations: number
}

/** A campaign without kills, then with kills of the host, then of everything: each has to end the same. */
async function main(options: ChaosOptions): Promise<number> {
  const { servers, scenario, speed, seed, port } = options
  const inventory = demoSlice(servers, serversPerClient)
  const common = { inventory, scenario, speed, seed, ...(port === undefined ? {} : { port }) }
  const rows: Row[] = []
  const run = async (name: string, killer: Killer, expected?: Played['outcomes']): Promise<Played> => {
    const onTrouble = (data: string): void => {
      const kept = join(tmpdir(), `atlas-chaos-${name}-${seed}`)
      cpSync(data, kept, { recursive: true })
      process.stderr.write(`The data of this run is kept: ${kept}\n`)
    }
    const played = await play({
      ...common,
      killer,
      onTrouble,
      ...(expected === undefined ? {} : { expected }),
    })
    const { wallSeconds, simulatedSeconds } = played.result
    rows.push({
      run: name,
      kills: played.kills,
      wallSeconds,
      simulatedSeconds,
      effects: played.effects,
      violations: played.evidence.length,
    })
    process.stdout.write(`${JSON.stringify({ ...rows.at(-1), seed, evidence: played.evidence })}\n`)
    return played
  }
  const clean = await run('without', noKills)
  const spanMs = clean.result.simulatedSeconds * 1000
  const random = seededRandom(seed)
  if (options.kills > 0)
    await run('host', killPart('host', { kills: options.kills, spanMs, random }), clean.outcomes)
  if (options.groupKills > 0)
    await run('everything', killEverything({ kills: options.groupKills, spanMs, random }), clean.outcomes)
  console.table(rows)
  return rows.every(({ violations }) => violations === 0) ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
let options: ChaosOptions
try {
  options = readChaosOptions(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)} ${usage}\n`)
  process.exit(2)
}
process.exitCode = await main(options)
