import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'

const path = '/$servicebus/websocket'
const protocol = 'AMQPWSB10'

/**
 * AMQP over WebSockets on the administration port, plain (`ws://…/$servicebus/websocket`). The SDK always dials
 * `wss://`: give it a WebSocket class that rewrites the scheme, or put TLS in front.
 */
export function acceptWebSockets(server: Server, accept: (socket: Duplex) => void): void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  })
  server.on('upgrade', (request, socket, head) => {
    if (new URL(request.url ?? '/', 'ws://localhost').pathname !== path) {
      socket.destroy()
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => accept(createWebSocketStream(webSocket)))
  })
}
