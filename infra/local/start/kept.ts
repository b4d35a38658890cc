import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ScenarioDefinition } from '../fleet/scenario.ts'
import { LocalError } from '../supervisor/errors.ts'
import { readSource, sourceOf, type Source } from './inventory.ts'
import type { StartOptions } from './options.ts'

/** What a data folder rehearses. A start on it resumes that, and nothing else. */
export interface Rehearsal {
  readonly source: Source
  readonly scenario: ScenarioDefinition
  readonly seed: number
  readonly byHand: boolean
}

const Kept = z.object({
  inventory: z.string(),
  csv: z.string(),
  scenario: ScenarioDefinition,
  seed: z.int(),
  byHand: z.boolean().default(false),
})

/**
 * The folder's rehearsal, or a new one from the options, kept there. Throws LocalError `badUsage` when options
 * that were given ask for another rehearsal than the folder's.
 */
export async function openRehearsal(options: StartOptions): Promise<Rehearsal> {
  const file = join(options.data, 'rehearsal.json')
  const kept = readKept(file)
  if (kept) return resume(kept, options)
  const { scenario, seed, byHand } = options
  const source = await readSource(options)
  const csv = new TextDecoder().decode(source.csv)
  mkdirSync(options.data, { recursive: true })
  writeFileSync(file, JSON.stringify({ inventory: source.name, csv, scenario, seed, byHand }))
  return { source, scenario, seed, byHand }
}

function readKept(file: string): z.infer<typeof Kept> | undefined {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new LocalError(
      'badUsage',
      `${file} is damaged: use another folder with --data, or delete this one.`,
    )
  }
}

function resume(kept: z.infer<typeof Kept>, options: StartOptions): Rehearsal {
  const source = sourceOf(kept.inventory, new TextEncoder().encode(kept.csv))
  const asked = {
    scenario: options.given.has('scenario') && options.scenario.name !== kept.scenario.name,
    seed: options.given.has('seed') && options.seed !== kept.seed,
    'by-hand': options.byHand && !kept.byHand,
    servers: options.given.has('servers') && options.servers !== source.inventory.servers.length,
    inventory: options.inventory !== undefined && basename(options.inventory) !== kept.inventory,
  }
  const [other] = Object.entries(asked).flatMap(([name, differs]) => (differs ? [name] : []))
  if (other === undefined) return { source, scenario: kept.scenario, seed: kept.seed, byHand: kept.byHand }
  const what = `${kept.scenario.name}, seed ${kept.seed}, ${source.inventory.servers.length} servers of ${kept.inventory}`
  throw new LocalError(
    'badUsage',
    `${options.data} holds another rehearsal (${what}) than --${other} asks for: leave --${other} out to resume it, or name a new folder with --data.`,
  )
}
