import { deliverTo, type Hub } from './hub.ts'
import * as frames from './messages.ts'
import type { PermissionKind } from './permissions.ts'
import type { Session } from './session.ts'

/**
 * Answers one frame of a client. A frame that breaks the protocol ends the connection, as on Azure.
 * Source: learn.microsoft.com/azure/azure-web-pubsub/reference-json-reliable-webpubsub-subprotocol.
 */
export const handleFrame = (hub: Hub, session: Session, text: string): void => {
  const request = parseRequest(text)
  if (request === undefined) {
    return session.end('Invalid payload: the frame is no request that this subprotocol knows.')
  }
  switch (request.type) {
    case 'ping':
      return session.send(frames.pong)
    case 'sequenceAck':
      return session.acknowledge(request.sequenceId)
    default:
      return handleAcknowledged(hub, session, request)
  }
}

type Acknowledged = Exclude<frames.Request, { type: 'ping' | 'sequenceAck' }>

const handleAcknowledged = (hub: Hub, session: Session, request: Acknowledged): void => {
  const { ackId } = request
  if (ackId === undefined) return void perform(hub, session, request)
  if (session.hasDone(ackId)) {
    const message = `Message with ack-id: ${ackId} has been processed`
    return session.send(frames.ack(ackId, { name: 'Duplicate', message }))
  }
  const error = perform(hub, session, request)
  if (error === undefined) session.remember(ackId)
  session.send(frames.ack(ackId, error))
}

const perform = (hub: Hub, session: Session, request: Acknowledged): frames.AckError | undefined => {
  switch (request.type) {
    case 'joinGroup':
      return ifAllowed(session, 'joinLeaveGroup', request.group, () => hub.join(session, request.group))
    case 'leaveGroup':
      return ifAllowed(session, 'joinLeaveGroup', request.group, () => hub.leave(session, request.group))
    case 'sendToGroup':
      return ifAllowed(session, 'sendToGroup', request.group, () => sendToGroup(hub, session, request))
    case 'event':
      return {
        name: 'InternalServerError',
        message: `No event handler is set for event "${request.event}": this emulator has no upstream.`,
      }
  }
}

const ifAllowed = (
  session: Session,
  kind: PermissionKind,
  group: string,
  act: () => void,
): frames.AckError | undefined => {
  if (!session.permissions.allows(kind, group)) {
    return {
      name: 'Forbidden',
      message: `The client does not have the permission ${kind} for group "${group}".`,
    }
  }
  act()
  return undefined
}

const sendToGroup = (
  hub: Hub,
  session: Session,
  request: Extract<Acknowledged, { type: 'sendToGroup' }>,
): void => {
  const payload = { dataType: request.dataType, json: JSON.stringify(request.data) }
  const message = frames.fromGroup(request.group, payload, Infinity, session.userId)
  deliverTo(hub.inGroup(request.group), message, request.noEcho ? [session.id] : [])
}

const parseRequest = (text: string): frames.Request | undefined => {
  try {
    return frames.requestSchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
