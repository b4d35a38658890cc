import { WebPubSubClient, WebPubSubJsonReliableProtocol } from '@azure/web-pubsub-client'
import { Frame } from '../../../orchestrations/contracts/board.ts'

export interface LineEvents {
  /** Anything came over the line, a pong too. */
  readonly heard: () => void
  readonly frame: (frame: Frame) => void
  /** A new connection: what was sent before it is lost to this page. */
  readonly connected: () => void
}

/** The SDK pings this often; its pongs are the proof that the line lives. Wire milliseconds. */
const pingEveryMs = 1_500
/** After this silence the SDK drops the socket and recovers the connection. */
const deadAfterMs = 6_000
const retryMs = 1_000

/**
 * Keeps a Web PubSub connection (reliable JSON subprotocol) open until the returned function is called.
 * Groups are joined by the server, through the token that `negotiate` returns.
 */
export function openLine(negotiate: () => Promise<string>, events: LineEvents): () => void {
  let open = true
  const client = new WebPubSubClient(
    { getClientAccessUrl: negotiate },
    {
      protocol: listeningProtocol(events.heard),
      keepAliveIntervalInMs: pingEveryMs,
      keepAliveTimeoutInMs: deadAfterMs,
      reconnectRetryOptions: { retryDelayInMs: retryMs, maxRetryDelayInMs: retryMs, mode: 'Fixed' },
    },
  )
  const take = (data: unknown): void => {
    const frame = Frame.safeParse(data)
    if (frame.success) events.frame(frame.data)
    else console.error('A live frame does not fit its contract and was left out.', frame.error.message)
  }
  client.on('group-message', ({ message }) => take(message.data))
  client.on('server-message', ({ message }) => take(message.data))
  client.on('connected', events.connected)
  const start = (): void => {
    if (!open) return
    client.start().catch((cause: unknown) => {
      console.warn('The live line could not be opened; the page asks every 5 s until it can.', cause)
      setTimeout(start, retryMs)
    })
  }
  client.on('stopped', () => setTimeout(start, retryMs))
  start()
  return () => {
    open = false
    client.stop()
  }
}

/** The SDK recovers without an event and keeps pongs to itself; its protocol sees every message. */
function listeningProtocol(heard: () => void) {
  const protocol = WebPubSubJsonReliableProtocol()
  return {
    ...protocol,
    parseMessages: (input: string) => {
      heard()
      return protocol.parseMessages(input)
    },
    writeMessage: protocol.writeMessage.bind(protocol),
  }
}
