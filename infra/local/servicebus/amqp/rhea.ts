import rhea from 'rhea'
import type { Duplex } from 'node:stream'

/**
 * The parts of rhea that the broker reaches into: framing, decoding, and the state of connections, sessions and
 * links stay rhea's; transfers to receivers and all settlement are the broker's own (see connection.ts for why).
 */
export interface RheaFrame {
  readonly channel: number
  readonly performative: Record<string, unknown>
}

export interface RheaLink {
  readonly name: string
  readonly session: RheaSession
  readonly local: { readonly handle: number; readonly attach: Record<string, unknown> }
  readonly remote: { attach: RemoteAttach }
  credit: number
  delivery_count: number
  _draining?: boolean
  _get_drain(): boolean
  is_receiver(): boolean
  is_open(): boolean
  set_source(fields: Record<string, unknown>): void
  set_target(fields: Record<string, unknown>): void
  close(error?: { condition: string; description: string }): void
}

export interface RemoteAttach {
  readonly source: { readonly address?: string; readonly filter?: Record<string, unknown> } | null
  readonly target: { readonly address?: string } | null
  readonly snd_settle_mode?: number
  readonly rcv_settle_mode?: number
}

export interface RheaSession {
  readonly local: { readonly channel: number }
  readonly remote: { readonly handles: Record<number, RheaLink> }
  readonly links: Record<string, RheaLink>
  readonly outgoing: { next_transfer_id: number; transfer_window(): number }
  on_flow(frame: RheaFrame): void
  on_transfer(frame: RheaFrame): void
  on_disposition(frame: RheaFrame): void
  _process(): void
  _write_flow(link?: RheaLink): void
}

export interface RheaDelivery {
  readonly id: number
  settled: boolean
}

export interface RheaContext {
  readonly receiver?: RheaLink
  readonly sender?: RheaLink
  readonly session?: RheaSession
  readonly message?: unknown
  readonly delivery?: RheaDelivery
  readonly format?: number
}

export interface RheaConnection {
  registered: boolean
  max_frame_size?: number
  readonly state: { need_open(): boolean; need_close(): boolean; has_settled(): boolean }
  readonly transport: { has_writes_pending(): boolean }
  readonly remote_channel_map: Record<number, RheaSession>
  readonly local_channel_map: Record<number, RheaSession>
  on(event: string, listener: (context: RheaContext) => void): void
  accept(socket: Duplex): void
  close(error?: { condition: string; description: string }): void
  is_open(): boolean
  input(bytes: Buffer): void
  output(): void
  _register(): void
  _process(): void
  _write_open(): void
  _write_close(): void
  on_transfer(frame: RheaFrame): void
  on_flow(frame: RheaFrame): void
  on_disposition(frame: RheaFrame): void
}

const container = rhea.create_container({ id: 'embedded-service-bus' })

/** A server-side connection that has not yet been given its socket. */
export function newConnection(): RheaConnection {
  const options = {
    tcp_no_delay: true,
    max_frame_size: 65_536,
    receiver_options: { autoaccept: false, autosettle: false, credit_window: 1_000 },
    sender_options: { autosettle: false, treat_modified_as_released: false },
  }
  return container.create_connection(options as never) as unknown as RheaConnection
}

/** The codec and message helpers, as far as the broker uses them. */
export const amqp = rhea as unknown as {
  readonly types: {
    wrap(value: unknown): unknown
    wrap_array(items: readonly unknown[], code: number, descriptor?: unknown): unknown
    wrap_long(value: number): unknown
    wrap_uuid(value: Buffer): unknown
    Writer: new () => { write(value: unknown): void; toBuffer(): Buffer }
  }
  readonly message: {
    encode(message: Record<string, unknown>): Buffer
    decode(bytes: Buffer): Record<string, unknown>
    unwrap_outcome(state: unknown): { readonly error?: unknown; readonly message_annotations?: unknown }
  }
}

/** Encodes any plain value as rhea would. */
export function encodeValue(value: unknown): Buffer {
  const writer = new amqp.types.Writer()
  writer.write(amqp.types.wrap(value))
  return writer.toBuffer()
}
