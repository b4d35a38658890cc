import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { setTimeout } from 'node:timers/promises'
import { wireNow } from './clock.ts'
import type { Io } from './io.ts'

/** The real terminal. Ctrl+C interrupts once in an orderly way, the second time at once. */
export function processIo(): Io {
  const interruption = new AbortController()
  process.once('SIGINT', () => interruption.abort())
  // `atlas status | head` closes our output early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  const { env } = process
  const underNpm = env['npm_lifecycle_event'] === 'atlas' ? env['INIT_CWD'] : undefined
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env,
    folder: underNpm ?? process.cwd(),
    startFolder: process.cwd(),
    terminal: {
      in: process.stdin.isTTY,
      out: process.stdout.isTTY,
      err: process.stderr.isTTY,
      size: () => ({ columns: process.stdout.columns ?? 100, rows: process.stdout.rows ?? 40 }),
    },
    now: wireNow,
    async wait(ms) {
      await setTimeout(ms, undefined, { signal: interruption.signal }).catch((error: unknown) => {
        if (!interruption.signal.aborted) throw error
      })
    },
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      // On a terminal readline takes Ctrl+C and Ctrl+D for itself: both mean no.
      const left = new AbortController()
      lines.once('close', () => left.abort())
      try {
        return await lines.question(question, { signal: AbortSignal.any([left.signal, interruption.signal]) })
      } catch (error) {
        if (left.signal.aborted || interruption.signal.aborted) return ''
        throw error
      } finally {
        lines.close()
      }
    },
    interrupted: interruption.signal,
  }
}
