import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openPlanClock } from '../clock/plan.ts'
import { logEvent } from './log.ts'
import { startFleet } from './fleet.ts'
import { FleetFile } from './fleetFile.ts'

const { values } = parseArgs({
  options: { data: { type: 'string' }, fleet: { type: 'string' }, only: { type: 'string' } },
})

const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())
// A parent that died takes its end of the pipe or of the IPC channel with it.
if (process.send === undefined) process.stdin.resume().once('end', () => ending.abort())
else process.once('disconnect', () => ending.abort())

try {
  await main()
} catch (error) {
  process.stderr.write(`fleet: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
process.exit()

async function main(): Promise<void> {
  const { data, fleet: file, only } = values
  if (data === undefined || file === undefined)
    throw new Error('usage: main.ts --data DIR --fleet FILE [--only HOST]')
  const fleet = readFleetFile(file)
  const clock = openPlanClock(fleet.clockFile)
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

function readFleetFile(file: string): FleetFile {
  const parsed = FleetFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new Error(`${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'invalid'}`)
}
