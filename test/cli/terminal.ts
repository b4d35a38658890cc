import { setTimeout as delay } from 'node:timers/promises'
import { run } from '../../cli/run.ts'
import type { Io } from '../../cli/io.ts'

export interface TerminalOptions {
  readonly tty?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly folder?: string
  /** Answers to questions; asking more than these fails the test. */
  readonly answers?: readonly string[]
  /** Waits as long as it says: for a server that works meanwhile. */
  readonly patient?: true
  /** Called at each wait; waits take no time. */
  readonly onWait?: (round: number, interrupt: () => void) => void
}

/** Runs the command line against a terminal in memory. */
export async function atlas(argv: readonly string[], options: TerminalOptions = {}) {
  const { tty = false, folder = '/nowhere', answers = [] } = options
  let [out, err] = ['', '']
  let now = 1_000_000
  let waits = 0
  const questions: string[] = []
  const interruption = new AbortController()
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: { TZ: 'UTC', ...options.env },
    folder,
    startFolder: folder,
    terminal: { in: tty, out: tty, err: tty, size: () => ({ columns: 100, rows: 24 }) },
    now: () => (now += 50),
    async wait(ms) {
      now += ms
      waits += 1
      if (options.patient) return delay(ms)
      if (waits > 200) throw new Error('the command waits without end')
      options.onWait?.(waits, () => interruption.abort())
      await new Promise(setImmediate)
    },
    ask(question) {
      const answer = answers[questions.push(question) - 1]
      if (answer === undefined) throw new Error(`nobody expects the question ${question}`)
      return Promise.resolve(answer)
    },
    interrupted: interruption.signal,
  }
  const code = await run(argv, io)
  return { code, out, err, questions, lines: out.trimEnd().split('\n') }
}
