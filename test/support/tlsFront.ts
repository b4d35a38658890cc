import { connect, type AddressInfo, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Issued } from './certificates.ts'

export interface TlsFront {
  readonly port: number
  close(): Promise<void>
}

/** TLS before a local port that knows none: what arrives goes on in the clear. */
export async function startTlsFront(shown: Issued, to: number): Promise<TlsFront> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever ends first, the other side ends too.
    socket.on('error', () => socket.destroy())
  }
  const server = createServer({ cert: shown.cert, key: shown.key }, (socket: TLSSocket) => {
    const onward = connect(to, '127.0.0.1')
    keep(socket)
    keep(onward)
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    onward.pipe(socket).pipe(onward)
  })
  // A client that refuses the certificate goes away in the middle of the handshake.
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
