import { deliverTo, type Hub } from './hub.ts'
import { fromGroup, fromServer, type Message, type Payload } from './messages.ts'
import type { PermissionKind } from './permissions.ts'
import type { Session } from './session.ts'

/** A REST call, authenticated and read whole. */
export type Call = {
  readonly hub: Hub
  /** Decoded path segments after `/api/hubs/{hub}/`. */
  readonly segments: readonly string[]
  readonly method: string
  readonly query: URLSearchParams
  readonly payload: () => Payload | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

export type Answer = { readonly status: number; readonly body?: unknown }

/**
 * The data-plane calls of `@azure/web-pubsub`, path by path.
 * Source: learn.microsoft.com/rest/api/webpubsub/dataplane (2024-12-01).
 */
export const answerCall = (call: Call): Answer => {
  if (call.query.has('filter')) {
    return failure(
      501,
      'NotImplemented',
      'OData filters are not emulated: address groups, users or connections.',
    )
  }
  const [noun, name, ...rest] = call.segments
  if (noun === ':send' || noun === ':closeConnections')
    return toMany(call, call.hub.everyone(), noun, fromServer)
  if (noun === 'groups' && name !== undefined) return onGroup(call, name, rest)
  if (noun === 'users' && name !== undefined) return onUser(call, name, rest)
  if (noun === 'connections' && name !== undefined) return onConnection(call, name, rest)
  if (noun === 'permissions') return onPermission(call)
  return unknownCall(call)
}

const onGroup = (call: Call, group: string, [verb, id]: string[]): Answer => {
  const members = call.hub.inGroup(group)
  if (verb === undefined && call.method === 'HEAD') return exists(members.length > 0)
  if (verb === 'connections' && id !== undefined) {
    const session = call.hub.connection(id)
    if (call.method === 'PUT' && session === undefined) return noConnection(id)
    return member(call, session === undefined ? [] : [session], group)
  }
  if (verb === 'connections' && call.method === 'GET') {
    return {
      status: 200,
      body: { value: members.map(({ id: connectionId, userId }) => ({ connectionId, userId })) },
    }
  }
  return toMany(call, members, verb, (payload, expiresAt) => fromGroup(group, payload, expiresAt, undefined))
}

const onUser = (call: Call, userId: string, [verb, group]: string[]): Answer => {
  const sessions = call.hub.ofUser(userId)
  if (verb === undefined && call.method === 'HEAD') return exists(sessions.length > 0)
  if (verb === 'groups') return member(call, sessions, group)
  return toMany(call, sessions, verb, fromServer)
}

const onConnection = (call: Call, id: string, [verb]: string[]): Answer => {
  const session = call.hub.connection(id)
  const sessions = session === undefined ? [] : [session]
  if (verb === undefined && call.method === 'HEAD') return exists(session !== undefined)
  if (verb === undefined && call.method === 'DELETE') return closeAll(call, sessions)
  if (verb === 'groups') return member(call, sessions, undefined)
  return verb === ':send' ? toMany(call, sessions, verb, fromServer) : unknownCall(call)
}

const toMany = (
  call: Call,
  receivers: readonly Session[],
  verb: string | undefined,
  compose: (payload: Payload, expiresAt: number) => Message,
): Answer => {
  if (call.method !== 'POST') return unknownCall(call)
  if (verb === ':closeConnections') return closeAll(call, receivers)
  if (verb !== ':send') return unknownCall(call)
  const payload = call.payload()
  if (payload === undefined) return failure(400, 'BadRequest', 'The body is not what its Content-Type says.')
  const ttlSeconds = Number(call.query.get('messageTtlSeconds') ?? 0)
  const expiresAt = ttlSeconds > 0 ? call.now + ttlSeconds * 1000 : Infinity
  deliverTo(receivers, compose(payload, expiresAt), call.query.getAll('excluded'))
  return { status: 202 }
}

const closeAll = (call: Call, sessions: readonly Session[]): Answer => {
  const excluded = call.query.getAll('excluded')
  for (const session of sessions) {
    if (!excluded.includes(session.id))
      session.end(call.query.get('reason') ?? 'The connection was closed by the server.')
  }
  return { status: 204 }
}

/** PUT joins, DELETE leaves; without a group DELETE leaves them all. */
const member = (call: Call, sessions: readonly Session[], group: string | undefined): Answer => {
  if (call.method === 'PUT' && group !== undefined) {
    for (const session of sessions) call.hub.join(session, group)
    return { status: 200 }
  }
  if (call.method !== 'DELETE') return unknownCall(call)
  for (const session of sessions) {
    if (group === undefined) call.hub.leaveAll(session)
    else call.hub.leave(session, group)
  }
  return { status: 204 }
}

const onPermission = (call: Call): Answer => {
  const [, kind, , id] = call.segments
  if (!isPermission(kind) || id === undefined) return unknownCall(call)
  const session = call.hub.connection(id)
  if (session === undefined) return call.method === 'DELETE' ? { status: 204 } : noConnection(id)
  const group = call.query.get('targetName') ?? undefined
  switch (call.method) {
    case 'HEAD':
      return exists(session.permissions.holds(kind, group))
    case 'PUT':
      session.permissions.grant(kind, group)
      return { status: 200 }
    case 'DELETE':
      session.permissions.revoke(kind, group)
      return { status: 204 }
    default:
      return unknownCall(call)
  }
}

const isPermission = (kind: string | undefined): kind is PermissionKind =>
  kind === 'joinLeaveGroup' || kind === 'sendToGroup'

const exists = (found: boolean): Answer => ({ status: found ? 200 : 404 })

export const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message },
})

const noConnection = (id: string): Answer => failure(404, 'NotFound', `No connection has the id ${id}.`)

const unknownCall = (call: Call): Answer =>
  failure(501, 'NotImplemented', `${call.method} ${call.segments.join('/')} is not emulated.`)
