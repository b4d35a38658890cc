import type { ServerRow, StepRow } from '../../../orchestrations/contracts/board.ts'
import type { UpdateStep } from '../../../orchestrations/domain/outcomes.ts'

/** The commands of one run of a server's saga: a retry makes another one. */
export interface Attempt {
  /** From 1; 0: what prepare looked at, before any attempt. */
  readonly number: number
  readonly steps: readonly StepRow[]
  /** Plan time, epoch ms; the end is missing while a command is open. */
  readonly from: number
  readonly to: number | undefined
}

const preparation = 'preparation'

/** Prepare's commands read `<campaign>.prepare<n>.…`, those of a campaign's pass `<campaign>.p<n>.…`. */
const isPreparation = (run: string): boolean => /^[^.]+\.prepare\d+\./.test(run)

/** A server's commands by the run that issued them, oldest first. Ids end in `.<step>.<attempt>`. */
export function attemptsOf(server: Pick<ServerRow, 'steps'>): readonly Attempt[] {
  const runs = new Map<string, StepRow[]>()
  let attempts = 0
  for (const step of server.steps.toSorted((a, b) => a.issuedAt - b.issuedAt)) {
    const whole = step.commandId.split('.').slice(0, -2).join('.')
    const run = isPreparation(whole) ? preparation : whole
    const known = runs.get(run)
    if (known) known.push(step)
    else runs.set(run, [step])
  }
  return [...runs].map(([run, steps]) => {
    const ends = steps.map(({ endedAt }) => endedAt)
    const open = ends.includes(undefined)
    return {
      number: run === preparation ? 0 : ++attempts,
      steps,
      from: Math.min(...steps.map(({ issuedAt }) => issuedAt)),
      to: open ? undefined : Math.max(...ends.filter((end) => end !== undefined)),
    }
  })
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** How many measured steps it comes from. */
  readonly of: number
}

/** How long this step took at the client's other servers, p20 to p80; undefined = fewer than two have done it. */
export function usualDuration(
  servers: readonly Pick<ServerRow, 'steps'>[],
  step: UpdateStep,
): Span | undefined {
  const took = servers
    .flatMap(({ steps }) => steps)
    .filter((one) => one.step === step && one.outcome === 'succeeded')
    .flatMap(({ issuedAt, endedAt }) => (endedAt === undefined ? [] : [endedAt - issuedAt]))
    .sort((a, b) => a - b)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return took.length < 2 ? undefined : { fromMs: at(0.2), toMs: at(0.8), of: took.length }
}

/** Where a command lies within its attempt, in percent of its length. */
export function barOf(
  step: StepRow,
  attempt: Attempt,
  now: number,
): { readonly left: number; readonly width: number } {
  const end = Math.max(attempt.to ?? now, attempt.from + 1)
  const share = (at: number) => (Math.max(0, Math.min(at, end) - attempt.from) / (end - attempt.from)) * 100
  const left = share(step.issuedAt)
  return { left, width: Math.max(1, share(step.endedAt ?? end) - left) }
}
