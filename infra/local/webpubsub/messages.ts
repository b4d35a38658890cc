import { z } from 'zod'

export const dataTypes = ['json', 'text', 'binary', 'protobuf'] as const
export type DataType = (typeof dataTypes)[number]

/** Payload on its way: `json` is JSON text already checked, so that no number loses digits on the way. */
export type Payload = { readonly dataType: DataType; readonly json: string }

/** A message ready for every receiver: all of the frame but the opening brace and the sequence id. */
export type Message = {
  readonly body: string
  readonly bytes: number
  /** Epoch milliseconds after which it is no longer delivered; Infinity = never. */
  readonly expiresAt: number
}

const group = z.string().min(1).max(1024)
const ackId = z.number().int().nonnegative().optional()

/** Requests of `json.webpubsub.azure.v1` and its reliable sister that this emulator answers. */
export const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('joinGroup'), group, ackId }),
  z.object({ type: z.literal('leaveGroup'), group, ackId }),
  z.object({
    type: z.literal('sendToGroup'),
    group,
    ackId,
    noEcho: z.boolean().default(false),
    dataType: z.enum(dataTypes),
    data: z.unknown().refine((data) => data !== undefined, 'data is missing'),
  }),
  z.object({ type: z.literal('event'), event: z.string(), ackId }),
  z.object({ type: z.literal('sequenceAck'), sequenceId: z.number().int().nonnegative() }),
  z.object({ type: z.literal('ping') }),
])

export type Request = z.infer<typeof requestSchema>
export type AckError = {
  readonly name: 'Forbidden' | 'InternalServerError' | 'Duplicate'
  readonly message: string
}

const message = (head: Record<string, unknown>, payload: Payload, expiresAt: number): Message => {
  const opened = JSON.stringify({ type: 'message', ...head, dataType: payload.dataType }).slice(1, -1)
  const body = `${opened},"data":${payload.json}}`
  return { body, bytes: Buffer.byteLength(body), expiresAt }
}

export const fromServer = (payload: Payload, expiresAt: number): Message =>
  message({ from: 'server' }, payload, expiresAt)

export const fromGroup = (
  name: string,
  payload: Payload,
  expiresAt: number,
  fromUserId: string | undefined,
): Message => message({ from: 'group', group: name, fromUserId }, payload, expiresAt)

export const numbered = (sequenceId: number, { body }: Message): string =>
  `{"sequenceId":${sequenceId},${body}`

export const unnumbered = ({ body }: Message): string => `{${body}`

export const connected = (
  connectionId: string,
  userId: string | undefined,
  reconnectionToken: string | undefined,
): string => JSON.stringify({ type: 'system', event: 'connected', userId, connectionId, reconnectionToken })

export const disconnected = (reason: string): string =>
  JSON.stringify({ type: 'system', event: 'disconnected', message: reason })

export const ack = (id: number, error: AckError | undefined): string =>
  JSON.stringify({ type: 'ack', ackId: id, success: error === undefined, error })

export const pong = JSON.stringify({ type: 'pong' })
