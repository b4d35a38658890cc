import { createServer, type AddressInfo } from 'node:net'
import { codeOf, LocalError } from './errors.ts'

/** A port that was free a moment ago. */
export const freePort = (host = '127.0.0.1'): Promise<number> => probe(0, host)

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
