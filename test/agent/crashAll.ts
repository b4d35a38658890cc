/** Every task kind at every boundary: `npm run crash`. Two agents at a time; about three minutes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundaries, cross, crossings } from './crashMatrix.ts'

const folder = mkdtempSync(join(tmpdir(), 'atlas-crash-'))
const plan = crossings()
const waiting = [...boundaries]
const problems: string[] = []

async function work(): Promise<void> {
  for (let boundary = waiting.shift(); boundary !== undefined; boundary = waiting.shift()) {
    const data = mkdtempSync(join(folder, `${boundary}-`))
    const found = await cross(
      data,
      plan.filter((crossing) => crossing.boundary === boundary),
    )
    console.log(`${boundary}: ${found.length === 0 ? 'no effect twice, no result lost' : found.join('; ')}`)
    problems.push(...found)
  }
}

await Promise.all([work(), work()])
console.log(`${plan.length} kills, ${problems.length} problems`)
rmSync(folder, { recursive: true, maxRetries: 10 })
process.exitCode = problems.length === 0 ? 0 : 1
