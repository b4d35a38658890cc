import type { IncomingMessage } from 'node:http'

/** As on Azure: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits */
export const maxBodyBytes = 100 * 1024 * 1024

/** The caller has gone: nobody is left to answer. */
export class CallerGoneError extends Error {
  override readonly name = 'CallerGoneError'
}

/** The request's whole body; `tooLarge` for more than `limit` bytes, of which no more is read. Throws CallerGoneError. */
export function readBody(request: IncomingMessage, limit = maxBodyBytes): Promise<Buffer | 'tooLarge'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve('tooLarge')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes > limit) {
        request.pause()
        resolve('tooLarge')
      } else chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', (cause) => reject(new CallerGoneError('The request broke off.', { cause })))
    request.once('close', () => reject(new CallerGoneError('The request broke off.')))
  })
}
