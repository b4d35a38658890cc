import { LocalError } from '../supervisor/errors.ts'
import { exitWhenOrphaned } from '../supervisor/orphan.ts'
import { readArgs } from './args.ts'
import { startHost } from './host.ts'

/** Runs the Functions app in a folder until SIGTERM or Ctrl-C; prints one line when it is ready. */
const main = async (): Promise<void> => {
  exitWhenOrphaned()
  const args = readArgs(process.argv.slice(2))
  const isQuiet = args.quiet || process.env['NODE_ENV'] !== undefined
  const host = await startHost({ ...args, logLevel: isQuiet ? 'warning' : 'information', onBroken: fail })
  const stop = (): void => {
    void host.stop().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', stop)
  if (process.channel === undefined) process.once('SIGINT', stop)
  console.log(`host listening on ${host.url}`)
}

const fail = (error: unknown): never => {
  // A person can mend these: one line is enough. Anything else is ours or the app's, with its stack.
  const plain = error instanceof LocalError
  console.error(plain ? error.message : error)
  process.exit(plain ? 2 : 1)
}

main().catch(fail)
