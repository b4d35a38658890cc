import { type IncomingMessage, STATUS_CODES, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Hub } from './hub.ts'
import { maxMessageBytes } from './payload.ts'
import { handleFrame } from './requests.ts'
import type { Service } from './service.ts'
import { gone, Session } from './session.ts'
import { type Claims, checkToken } from './token.ts'

const reliableProtocol = 'json.reliable.webpubsub.azure.v1'
const protocols = [reliableProtocol, 'json.webpubsub.azure.v1']

type Admission =
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'new'; readonly hub: Hub; readonly claims: Claims }
  | { readonly kind: 'recovery'; readonly hub: Hub; readonly session: Session | undefined }

/** Lets clients in at `/client/hubs/{hub}`. Returns a function that drops every socket. */
export const acceptUpgrades = (server: Server, service: Service): (() => void) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  })
  server.on('upgrade', (request, socket, head) => {
    // A client that leaves during the handshake is none of our errors; 'close' follows.
    socket.on('error', () => socket.destroy())
    void admit(service, request).then(
      (admission) => {
        if (admission.kind === 'refused') return refuse(socket, admission.status, admission.reason)
        sockets.handleUpgrade(request, socket, head, (client) => welcome(service, client, admission))
      },
      (error: unknown) => refuse(socket, 500, String(error)),
    )
  })
  return () => {
    for (const client of sockets.clients) client.terminate()
    sockets.close()
  }
}

const admit = async (service: Service, request: IncomingMessage): Promise<Admission> => {
  const url = new URL(request.url ?? '/', `http://${service.ownHost()}`)
  const hubName = url.pathname.match(/^\/client\/hubs\/([\w.-]+)$/)?.[1]
  if (hubName === undefined)
    return { kind: 'refused', status: 404, reason: `Nothing lives at ${url.pathname}.` }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.some((name) => protocols.includes(name))) {
    return { kind: 'refused', status: 400, reason: `Offer one of the subprotocols ${protocols.join(', ')}.` }
  }
  const hub = service.hub(hubName)
  const connectionId = url.searchParams.get('awps_connection_id')
  if (connectionId !== null) {
    const session = hub.connection(connectionId)
    const known = session?.recognises(url.searchParams.get('awps_reconnection_token') ?? '') === true
    return { kind: 'recovery', hub, session: known ? session : undefined }
  }
  const check = await checkToken(url.searchParams.get('access_token') ?? '', {
    accessKey: service.accessKey,
    path: url.pathname,
    hosts: [service.ownHost(), request.headers.host ?? ''],
    now: service.now(),
  })
  if (check.kind === 'refused') return { kind: 'refused', status: 401, reason: check.reason }
  return { kind: 'new', hub, claims: check.claims }
}

const welcome = (
  service: Service,
  client: WebSocket,
  admission: Exclude<Admission, { kind: 'refused' }>,
): void => {
  // 'error' (bad frame, too large) is always followed by 'close', which does the work.
  client.on('error', () => client.terminate())
  const { hub } = admission
  const session =
    admission.kind === 'new' ? newSession(service, client, hub, admission.claims) : admission.session
  if (session === undefined) return client.close(gone, 'The connection id is unknown or no longer kept.')
  client.on('message', (data, isBinary) => {
    if (isBinary) session.end('Invalid payload: this subprotocol has text frames only.')
    else handleFrame(hub, session, textOf(data))
  })
  client.on('close', (code) => session.detach(client, code))
  session.attach(client)
}

// `ws` hands one Buffer a message unless told otherwise.
const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '')

const newSession = (service: Service, client: WebSocket, hub: Hub, claims: Claims): Session => {
  const session = new Session({
    claims,
    reliable: client.protocol === reliableProtocol,
    limits: service.limits,
    now: service.now,
    onEnd: (ended) => hub.remove(ended),
  })
  hub.add(session)
  for (const group of claims.groups) hub.join(session, group)
  return session
}

const refuse = (socket: Duplex, status: number, reason: string): void => {
  const body = JSON.stringify({ code: STATUS_CODES[status], message: reason })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
