import { z } from 'zod'
import type { Lock, StoredMessage } from '../engine/message.ts'
import type { Queue } from '../engine/queue.ts'
import type { Namespace } from '../namespace.ts'
import type { Right } from '../sas.ts'
import { lockToken, parseLockToken } from '../wire/lock-token.ts'
import { encodeMessage, parseMessage } from '../wire/message.ts'
import { changed } from './consumer.ts'
import type { Reply } from './endpoint.ts'
import { amqp } from './rhea.ts'

/**
 * The `$management` node's request and response operations.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
 */

const number64 = z.union([
  z.number(),
  z.instanceof(Uint8Array).transform((bytes) => Number(Buffer.from(bytes).readBigInt64BE(0))),
])
const sequenceNumbers = z.array(number64)
const lockTokens = z.array(z.instanceof(Uint8Array)).transform((tokens) => tokens.map(parseLockToken))
const properties = z.record(z.string(), z.unknown()).optional()

const peekBody = z.object({ 'from-sequence-number': number64, 'message-count': z.number().int().positive() })
const renewBody = z.object({ 'lock-tokens': lockTokens })
const scheduleBody = z.object({ messages: z.array(z.object({ message: z.instanceof(Uint8Array) })) })
const sequencesBody = z.object({ 'sequence-numbers': sequenceNumbers })
const deferredBody = sequencesBody.extend({ 'receiver-settle-mode': z.number() })
const dispositionBody = z.object({
  'lock-tokens': lockTokens,
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().optional(),
  'deadletter-description': z.string().optional(),
  'properties-to-modify': properties,
})
type Disposition = z.infer<typeof dispositionBody>

const envelope = z.object({
  body: z.unknown(),
  application_properties: z.object({ operation: z.string() }),
})

interface Operation {
  readonly right: Right
  run(queue: Queue, body: unknown, namespace: Namespace): Reply
}

const operations: Readonly<Record<string, Operation>> = {
  'com.microsoft:peek-message': { right: 'Listen', run: peek },
  'com.microsoft:renew-lock': { right: 'Listen', run: renew },
  'com.microsoft:schedule-message': { right: 'Send', run: schedule },
  'com.microsoft:cancel-scheduled-message': { right: 'Send', run: cancel },
  'com.microsoft:receive-by-sequence-number': { right: 'Listen', run: receiveDeferred },
  'com.microsoft:update-disposition': { right: 'Listen', run: updateDisposition },
}

/** Runs one management request on a queue; every failure is an answer, never an exception. */
export function manage(
  queue: Queue | undefined,
  request: unknown,
  allow: (right: Right) => boolean,
  namespace: Namespace,
): Reply {
  const parsed = envelope.safeParse(request)
  if (!parsed.success) return failure(400, 'amqp:decode-error', z.prettifyError(parsed.error))
  const name = parsed.data.application_properties.operation
  const operation = operations[name]
  if (operation === undefined)
    return failure(501, 'amqp:not-implemented', `No operation '${name}' in this broker.`)
  if (queue === undefined) return failure(404, 'amqp:not-found', 'The messaging entity could not be found.')
  if (!allow(operation.right)) {
    return failure(401, 'amqp:unauthorized-access', `'${operation.right}' claim is required for '${name}'.`)
  }
  try {
    return operation.run(queue, parsed.data.body, namespace)
  } catch (error) {
    if (error instanceof z.ZodError)
      return failure(400, 'com.microsoft:argument-error', z.prettifyError(error))
    if (error instanceof RangeError) return failure(400, 'com.microsoft:argument-error', error.message)
    throw error
  }
}

function peek(queue: Queue, body: unknown): Reply {
  const { 'from-sequence-number': from, 'message-count': count } = peekBody.parse(body)
  const messages = queue.peek(from, Math.min(count, 250))
  if (messages.length === 0) return success({}, 204)
  return success({ messages: messages.map((message) => ({ message: encodeMessage(message) })) })
}

function renew(queue: Queue, body: unknown): Reply {
  const expirations: Date[] = []
  for (const lock of renewBody.parse(body)['lock-tokens']) {
    const until = queue.renew(lock)
    if (typeof until !== 'number') return lockLost()
    expirations.push(new Date(until))
  }
  return success({ expirations: amqp.types.wrap_array(expirations, 0x83) })
}

function schedule(queue: Queue, body: unknown): Reply {
  const drafts = scheduleBody.parse(body).messages.map(({ message }) => parseMessage(Buffer.from(message)))
  const seqs = drafts.map((draft) => queue.send(draft) ?? 0)
  return success({ 'sequence-numbers': amqp.types.wrap_array(seqs, 0x81) })
}

function cancel(queue: Queue, body: unknown): Reply {
  const refusal = queue.cancelScheduled(sequencesBody.parse(body)['sequence-numbers'])
  return refusal === undefined ? success({}) : notFound()
}

function receiveDeferred(queue: Queue, body: unknown): Reply {
  const request = deferredBody.parse(body)
  const mode = request['receiver-settle-mode'] === 0 ? 'receiveAndDelete' : 'peekLock'
  const received = queue.receiveDeferred(request['sequence-numbers'], mode)
  if (typeof received === 'string') return notFound()
  return success({ messages: received.map(([message, lock]) => lockedMessage(message, lock)) })
}

const lockedMessage = (message: StoredMessage, lock: Lock | undefined): Record<string, unknown> => ({
  message: encodeMessage(message),
  ...(lock === undefined ? {} : { 'lock-token': amqp.types.wrap_uuid(lockToken(lock)) }),
})

function updateDisposition(queue: Queue, body: unknown): Reply {
  const request = dispositionBody.parse(body)
  for (const lock of request['lock-tokens']) {
    if (dispose(queue, lock, request) !== undefined) return lockLost()
  }
  return success({})
}

function dispose(queue: Queue, lock: Lock, request: Disposition): string | undefined {
  const content = changed(queue, lock, request['properties-to-modify'] ?? {})
  switch (request['disposition-status']) {
    case 'completed':
      return queue.complete(lock)
    case 'abandoned':
      return queue.abandon(lock, content)
    case 'defered':
      return queue.defer(lock, content)
    case 'suspended': {
      const why = { reason: request['deadletter-reason'], description: request['deadletter-description'] }
      return queue.deadLetter(lock, why, content)
    }
  }
}

const success = (body: unknown, code = 200): Reply => ({
  body,
  application_properties: { statusCode: code, statusDescription: code === 204 ? 'No Content' : 'OK' },
})

const failure = (code: number, condition: string, description: string): Reply => ({
  body: {},
  application_properties: { statusCode: code, statusDescription: description, errorCondition: condition },
})

const lockLost = (): Reply =>
  failure(410, 'com.microsoft:message-lock-lost', 'The lock supplied is invalid or has expired.')

const notFound = (): Reply =>
  failure(
    404,
    'com.microsoft:message-not-found',
    'No message of such a sequence number and state is in the queue.',
  )
