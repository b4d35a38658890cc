import { exitCodes } from './program/problems.ts'
import { program } from './program/program.ts'
import { realSurroundings, workHere } from './program/windows.ts'

/** What doesn't end by itself after the program's end is not waited for, ms. */
const lingerMs = 5_000

const ending = new AbortController()
// SIGBREAK and SIGHUP: Ctrl-Break, and a console that is closed, on Windows.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const)
  process.once(signal, () => ending.abort())

const terminal = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
}

void program(process.argv.slice(2), terminal, realSurroundings(), workHere, ending.signal).then((exit) => {
  process.exitCode = exitCodes[exit]
  setTimeout(() => process.exit(), lingerMs).unref()
})
