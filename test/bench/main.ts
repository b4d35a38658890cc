import { parseArgs } from 'node:util'
import { agent } from './agent.ts'
import { even, instant } from './campaigns.ts'
import { durable, serviceBus, tables } from './engines.ts'
import { machine, type Bench, type Figure } from './figures.ts'
import { fleet10k } from './fleet10k.ts'
import { inventoryImport } from './inventory.ts'
import { live } from './live.ts'
import { emergencyStop } from './stop.ts'

const benches: readonly Bench[] = [
  durable,
  instant,
  inventoryImport,
  emergencyStop,
  even,
  fleet10k,
  live,
  tables,
  serviceBus,
  agent,
]
const names = benches.map(({ name }) => name).join(', ')
const usage = `usage: npm run bench -- [--only NAME]... [--quick]   (${names}; --quick leaves out what lasts minutes)`

/** Prints each figure as a JSON line, then all of them as a table. Exit code 1 when a goal is missed. */
async function main(chosen: readonly Bench[]): Promise<number> {
  const figures: Figure[] = []
  for (const bench of chosen) {
    process.stderr.write(`${bench.name} ...\n`)
    await bench.run((figure) => {
      figures.push(figure)
      process.stdout.write(`${JSON.stringify(figure)}\n`)
    })
  }
  const { cpu, cores, memoryGiB, node } = machine()
  process.stdout.write(`\n${cpu}, ${cores} cores, ${memoryGiB} GiB, Node.js ${node}\n`)
  console.table(
    figures.map(({ name, value, unit, goal, met }) => ({
      name,
      value,
      unit,
      goal: goal ?? '',
      met: met === undefined ? '' : met ? 'yes' : 'NO',
    })),
  )
  return figures.some(({ met }) => met === false) ? 1 : 0
}

function choose(args: readonly string[]): Bench[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: true },
    },
  })
  const unknown = values.only?.find((name) => benches.every((bench) => bench.name !== name))
  if (unknown !== undefined) throw new RangeError(`There is no bench "${unknown}".`)
  if (values.only !== undefined) return benches.filter(({ name }) => values.only?.includes(name))
  return benches.filter(({ long }) => !long || (values.long && !values.quick))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
let chosen: Bench[]
try {
  chosen = choose(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)} ${usage}\n`)
  process.exit(2)
}
process.exitCode = await main(chosen)
