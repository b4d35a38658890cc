import { readFileSync } from 'node:fs'
import type { Inventory } from '../../../../orchestrations/domain/fleet.ts'
import { LocalError } from '../../supervisor/errors.ts'
import { OperatorScript } from './script.ts'
import { stormScript } from './storm.ts'

export interface ScriptChoice {
  /** A file, `none`, or undefined for the scenario's own. */
  readonly given: string | undefined
  readonly scenario: string
  readonly seed: number
  readonly inventory: Inventory
}

/** Who is at the desk. Throws LocalError `badUsage` that says what is wrong with a file. */
export function loadScript({ given, scenario, seed, inventory }: ScriptChoice): OperatorScript {
  if (given === undefined && scenario === 'storm') return stormScript(inventory, seed)
  if (given === undefined || given === 'none') return { actions: [] }
  const parsed = OperatorScript.safeParse(readJson(given))
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw usage(`${given}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'it is no script'}.`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw usage(`${file} can't be read as JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

const usage = (message: string): LocalError => new LocalError('badUsage', `--operator: ${message}`)
