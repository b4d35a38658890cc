import { LocalError } from '../supervisor/errors.ts'
import { exitWhenOrphaned } from '../supervisor/orphan.ts'
import { readArgs } from './args.ts'
import { startPlatform } from './platform.ts'

/** Runs the platform until SIGTERM (or Ctrl-C by hand); prints one JSON line when it is ready. */
const main = async (): Promise<void> => {
  exitWhenOrphaned()
  const platform = await startPlatform(readArgs(process.argv.slice(2)))
  const stop = (): void => {
    void platform.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.once('SIGTERM', stop)
  if (process.channel === undefined) process.once('SIGINT', stop)
  const { connectionStrings, serviceBusAdminPort } = platform
  console.log(JSON.stringify({ kind: 'ready', ...connectionStrings, serviceBusAdminPort }))
}

const fail = (error: unknown): never => {
  // A person can mend these: one line is enough. Anything else is ours, with its stack.
  const plain = error instanceof LocalError
  console.error(plain ? error.message : error)
  process.exit(plain ? 2 : 1)
}

main().catch(fail)
