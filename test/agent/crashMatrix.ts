import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { effectKinds, taskKinds } from '../../orchestrations/contracts/tasks.ts'
import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import type { Behaviour } from './powershell/behaviour.ts'
import { createLab, effectsIn } from './powershell/lab.ts'
import { commandFor, commandKey, signEnvelope } from './fakes.ts'
import { sampleAnswer, sampleOutcome } from './sampleAnswers.ts'
import { sampleTasks } from './sampleTasks.ts'

/** Where an agent is killed, in the order in which a command comes by. */
export const boundaries = [
  'received',
  'journalled',
  'settled',
  'begun',
  /** What is to be done lies on the disk; nothing has been started. Only detached work. */
  'prepared',
  /** A process for it was started and may not have taken it yet. Only detached work. */
  'started',
  'effectBegun',
  'effectDone',
  'resultWritten',
  'reportSent',
  'acknowledged',
] as const
export type Boundary = (typeof boundaries)[number]

/** One command, and where the agent is killed while it has it. */
export interface Crossing {
  readonly commandId: string
  readonly kind: TaskKind
  readonly boundary: Boundary
}

/** Mistakes that a matrix worth running finds. */
export type PlantedBug = 'none' | 'forgetsItsWork' | 'settlesUnwritten'

/** Every kind at every boundary, or only each kind at every `share`-th. */
export function crossings(share = 1): Crossing[] {
  const every = boundaries.flatMap((boundary, row) =>
    taskKinds.map((kind, column) => ({ kind, boundary, at: row + column })),
  )
  return every
    .filter(({ kind, boundary }) => effectKinds.has(kind) || !['prepared', 'started'].includes(boundary))
    .filter(({ at }) => at % share === 0)
    .map(({ kind, boundary }) => ({ commandId: `${kind}-${boundary}`, kind, boundary }))
}

/** Lives enough for each kill, each reboot, and one to the end. */
const maxLives = (plan: readonly Crossing[]): number => 3 * plan.length + 2

/** Runs one agent through all that, killed and started again; returns what is wrong with what came of it. */
export async function cross(folder: string, plan: readonly Crossing[], bug: PlantedBug = 'none') {
  const behaviours: Record<string, Behaviour> = {}
  const now = Date.now()
  const times = { issuedAt: now, startBy: now + 3_600_000, notAfter: now + 3_600_000 }
  for (const { commandId, kind } of plan) {
    behaviours[commandId] = {
      result: sampleAnswer(kind),
      until: `go-${commandId}`,
      boots: kind === 'reboot',
    }
    const message = signEnvelope(commandFor(commandId, sampleTasks[kind], times))
    writeFileSync(join(folder, `message-${commandId}`), message)
  }
  createLab(folder, behaviours)
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))
  writeFileSync(join(folder, 'key.json'), JSON.stringify(commandKey))
  const ends: (string | number)[] = []
  do ends.push(await live(folder, bug))
  while (ends.at(-1) === 'SIGKILL' && ends.length < maxLives(plan))
  return [
    ...(ends.at(-1) === 0 ? [] : [`the last life ended with ${ends.at(-1)}`]),
    ...plan.flatMap((crossing) => problemsOf(folder, crossing)),
  ]
}

/** One life of the agent; resolves with the signal that killed it or its exit code. */
async function live(folder: string, bug: PlantedBug): Promise<string | number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crashChild.ts'), folder, bug], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, '..', 'compiled') },
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal ?? code ?? -1
}

/** No effect twice, no result lost, and the kill has happened. */
function problemsOf(folder: string, { commandId, kind }: Crossing): string[] {
  const problems: string[] = []
  if (!existsSync(join(folder, `killed-${commandId}`))) problems.push(`${commandId}: was never killed`)
  const effects = effectsIn(folder)
  for (const phase of ['begun', 'ended']) {
    const times = effects.filter((line) => line === `${phase} ${kind} ${commandId}`).length
    const wrong = effectKinds.has(kind) ? times !== 1 : times === 0
    if (wrong) problems.push(`${commandId}: ${phase} ${times} times`)
  }
  const reports = reportsIn(folder).filter((report) => report['commandId'] === commandId)
  if (reports.length === 0) problems.push(`${commandId}: no result was reported`)
  for (const { type, result } of reports)
    if (type !== 'succeeded' || JSON.stringify(result) !== JSON.stringify(expectedOf(kind, result)))
      problems.push(`${commandId}: reported ${String(type)} ${JSON.stringify(result)}`)
  return problems
}

/** What its script's answer means; a reboot's result is what the boots say, and each is one boot further. */
function expectedOf(kind: TaskKind, result: unknown): unknown {
  if (kind === 'reboot') {
    const { bootedBefore } = result as { bootedBefore: number }
    return { bootedBefore, bootedAt: bootedBefore + 60_000, reboots: 1 }
  }
  const outcome = sampleOutcome(kind)
  return outcome.kind === 'succeeded' ? outcome.result : outcome
}

function reportsIn(folder: string): Record<string, unknown>[] {
  const file = join(folder, 'reports.ndjson')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ type }) => type !== 'accepted')
}
