import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { codeOf, LocalError } from './errors.ts'

/**
 * Below the ports that systems hand out by themselves (from 32768 on Linux, from 49152 on Windows and macOS): one of
 * those may be another program's a moment later, or after a restart, as the end of an outgoing connection.
 */
const lowest = 20_000
const highest = 32_767

/** A port that was free a moment ago, and that nobody is given who doesn't ask for it by its number. */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  for (let left = 100; left > 0; left--) {
    const port = randomInt(lowest, highest + 1)
    try {
      return await probe(port, host)
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
  return probe(0, host)
}

/**
 * Throws LocalError `portInUse` or `portForbidden` unless `port` can be listened on.
 * `remedy` tells the person what to do, e.g. "choose another with --port N".
 */
export const assertPortFree = async (
  port: number,
  remedy = 'stop that program or choose another port',
  host = '127.0.0.1',
): Promise<void> => {
  try {
    await probe(port, host)
  } catch (error) {
    throw explained(error, port, remedy, host)
  }
}

const explained = (error: unknown, port: number, remedy: string, host: string): unknown => {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new LocalError('portInUse', `Port ${port} of ${host} is used by another program: ${remedy}.`, {
        cause: error,
      })
    case 'EACCES':
      return new LocalError(
        'portForbidden',
        `Port ${port} needs more rights than this user has: ${remedy}.`,
        {
          cause: error,
        },
      )
    default:
      return error
  }
}

const probe = (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
