import { readFileSync } from 'node:fs'
import { ScenarioDefinition } from '../scenario.ts'
import { even, instant } from './even.ts'
import { storm } from './storm.ts'
import { weekend } from './weekend.ts'

const named: ReadonlyMap<string, ScenarioDefinition> = new Map(
  [weekend, storm, even, instant].map((scenario) => [scenario.name, scenario]),
)

/** A scenario by name, or read from a JSON file; throws one line that says what is wrong with it. */
export function loadScenario(nameOrFile: string): ScenarioDefinition {
  const known = named.get(nameOrFile)
  if (known !== undefined) return known
  let text: string
  try {
    text = readFileSync(nameOrFile, 'utf8')
  } catch {
    throw new Error(
      `Scenario ${nameOrFile}: neither ${[...named.keys()].join(', ')} nor a file that can be read.`,
    )
  }
  return parseScenario(nameOrFile, text)
}

function parseScenario(file: string, text: string): ScenarioDefinition {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`Scenario ${file}: not JSON (${String(error)}).`, { cause: error })
  }
  const parsed = ScenarioDefinition.safeParse(json)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new Error(`Scenario ${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'invalid'}.`)
}
