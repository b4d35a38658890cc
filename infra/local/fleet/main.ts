import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openPlanClock } from '../clock/clock.ts'
import type { PlanClock } from '../clock/clock.ts'
import { exitWhenOrphaned } from '../supervisor/orphan.ts'
import { logEvent } from './log.ts'
import { startFleet } from './fleet.ts'
import { FleetFile } from './fleetFile.ts'

const { values } = parseArgs({
  options: { data: { type: 'string' }, fleet: { type: 'string' }, only: { type: 'string' } },
})

const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())
exitWhenOrphaned()

try {
  await main()
} catch (error) {
  if (!ending.signal.aborted) {
    process.stderr.write(`fleet: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
process.exit()

async function main(): Promise<void> {
  const { data, fleet: file, only } = values
  if (data === undefined || file === undefined)
    throw new Error('usage: main.ts --data DIR --fleet FILE [--only HOST]')
  const fleet = readFleetFile(file)
  const clock = await waitForClock(fleet.clockFile)
  const running = await startFleet(
    { data, fleet, clock, onEvent: logEvent, ...(only === undefined ? {} : { only }) },
    ending.signal,
  )
  for (const refusal of running.refused) process.stderr.write(`fleet: not enrolled: ${refusal}\n`)
  if (!ending.signal.aborted) {
    process.stdout.write(`fleet ready: ${running.agents} agents\n`)
    await new Promise<void>((resolve) =>
      ending.signal.addEventListener('abort', () => resolve(), { once: true }),
    )
  }
  await running.stop()
}

/** The host makes the clock; which of the two processes is up first doesn't matter. */
async function waitForClock(file: string): Promise<PlanClock> {
  while (!existsSync(file)) await delay(50, undefined, { signal: ending.signal })
  return openPlanClock(file)
}

function readFleetFile(file: string): FleetFile {
  const parsed = FleetFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new Error(`${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'invalid'}`)
}
