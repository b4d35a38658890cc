import * as enc from './encode.ts'

/** AMQP frames that the broker writes itself. (AMQP 1.0 part 2, "Transport".) */

/** A frame without a performative: it keeps a connection awake and hurries the peer's acknowledgement. */
export const emptyFrame = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0])

function frame(channel: number, parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 8)
  const head = Buffer.allocUnsafe(8)
  head.writeUInt32BE(size, 0)
  head.writeUInt16BE(0x0200, 4)
  head.writeUInt16BE(channel, 6)
  return Buffer.concat([head, ...parts], size)
}

export interface Transfer {
  readonly channel: number
  readonly handle: number
  readonly deliveryId: number
  readonly tag: Buffer
  readonly settled: boolean
}

/** A message as transfer frames, cut to the peer's largest frame. */
export function transferFrames(transfer: Transfer, payload: Buffer, maxFrameSize: number): Buffer[] {
  const room = Math.max(maxFrameSize - 64 - transfer.tag.length, 256)
  const frames: Buffer[] = []
  let at = 0
  do {
    const part = payload.subarray(at, at + room)
    at += room
    const fields = [
      enc.uint(transfer.handle),
      enc.uint(transfer.deliveryId),
      enc.binary(transfer.tag),
      enc.uint(0),
      transfer.settled ? enc.trueValue : enc.falseValue,
      at < payload.length ? enc.trueValue : enc.falseValue,
    ]
    frames.push(frame(transfer.channel, [enc.described(0x14, enc.list(fields)), part]))
  } while (at < payload.length)
  return frames
}

export const accepted = enc.described(0x24, enc.list([]))
export const released = enc.described(0x26, enc.list([]))
export const modified = enc.described(0x27, enc.list([]))

/** The outcome that tells a peer why its delivery or its settlement was refused. */
export function rejected(condition: string, description: string): Buffer {
  const error = enc.described(0x1d, enc.list([enc.symbol(condition), enc.text(description)]))
  return enc.described(0x25, enc.list([error]))
}

/** Settles deliveries `first` to `last`; `asReceiver` says which side of the link the broker is. */
export function disposition(
  channel: number,
  asReceiver: boolean,
  first: number,
  last: number,
  outcome: Buffer,
): Buffer {
  const role = asReceiver ? enc.trueValue : enc.falseValue
  const fields = [role, enc.uint(first), enc.uint(last), enc.trueValue, outcome]
  return frame(channel, [enc.described(0x15, enc.list(fields))])
}
