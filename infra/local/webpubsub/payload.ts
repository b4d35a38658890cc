import type { IncomingMessage } from 'node:http'
import type { Payload } from './messages.ts'

/** Largest message that the service takes, in bytes. Source: Azure Web PubSub limits. */
export const maxMessageBytes = 1024 * 1024

/** Reads a body whole, or undefined when it is larger than the service takes. */
export const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    // Read on to the end: an answer before that resets the connection under the caller.
    if (bytes <= maxMessageBytes) chunks.push(buffer)
  }
  return bytes <= maxMessageBytes ? Buffer.concat(chunks) : undefined
}

/** Payload by content type; undefined when the body isn't what the type says or the type is unknown. */
export const payloadOf = (body: Buffer, contentType: string | undefined): Payload | undefined => {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  switch (type) {
    case 'application/json':
      return jsonPayload(body.toString('utf8'))
    case 'text/plain':
      return { dataType: 'text', json: JSON.stringify(body.toString('utf8')) }
    case 'application/octet-stream':
      return { dataType: 'binary', json: JSON.stringify(body.toString('base64')) }
    default:
      return undefined
  }
}

const jsonPayload = (text: string): Payload | undefined => {
  try {
    JSON.parse(text)
    return { dataType: 'json', json: text }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
