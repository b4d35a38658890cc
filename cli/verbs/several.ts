import { exitCodes, Failure, type ExitCode } from '../failure.ts'
import type { Session } from '../session.ts'
import { startProgress } from '../show/progress.ts'
import { sign } from '../show/signs.ts'
import { table } from '../show/table.ts'

const atOnce = 6
const progressFrom = 12

interface Failed {
  readonly target: string
  readonly exitCode: ExitCode
  readonly message: string
  readonly fix?: string
}

/**
 * One change on several targets: each has its own result, and one that fails stops no other. `answers` and
 * `failures` make the document of --json; exit code 3 when only some succeeded. A lone target that fails is
 * the verb's own failure.
 */
export async function changeEach<T extends { readonly id: string }, A>(
  session: Session,
  targets: readonly T[],
  change: (target: T) => Promise<A>,
  said: (target: T, answer: A) => string,
): Promise<void> {
  const { io, t } = session
  const [first] = targets
  const answers: { readonly target: T; readonly answer: A }[] = []
  const failures: Failed[] = []
  const progress = targets.length >= progressFrom ? startProgress(io, t, t.changing) : undefined
  const queue = targets.values()
  const work = async (): Promise<void> => {
    for (const target of queue) {
      if (io.interrupted.aborted) return
      try {
        answers.push({ target, answer: await change(target) })
      } catch (error) {
        if (!(error instanceof Failure) || (targets.length === 1 && target === first)) throw error
        const { exitCode, message, details } = error
        failures.push({ target: target.id, exitCode, message, ...(details.fix && { fix: details.fix }) })
      }
      progress?.update(answers.length + failures.length, targets.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, work))
  } finally {
    progress?.end()
  }
  session.exitCode = exitCodeOf(targets.length, answers.length, failures)
  const order = new Map(targets.map((target, place) => [target.id, place]))
  const place = (id: string) => order.get(id) ?? 0
  answers.sort((a, b) => place(a.target.id) - place(b.target.id))
  failures.sort((a, b) => place(a.target) - place(b.target))
  session.show({ answers: answers.map(({ answer }) => answer), failures }, () => [
    ...table([
      ...answers.map(({ target, answer }) => [
        sign('succeeded', session.paint),
        target.id,
        said(target, answer),
      ]),
      ...failures.map(({ target, message, fix }) => [
        sign('failed', session.paint),
        target,
        [message, fix].filter(Boolean).join(' '),
      ]),
    ]),
    ...(targets.length === 1 ? [] : [t.changedOf(answers.length, targets.length)]),
  ])
}

function exitCodeOf(all: number, done: number, failures: readonly Failed[]): ExitCode {
  if (done === all) return exitCodes.ok
  const [first] = failures
  return done > 0 || !first ? exitCodes.partial : first.exitCode
}
