/** Hand-written encodings of the few values on the hot path. (AMQP 1.0 part 1, "Types".) */

export const nullValue = Buffer.from([0x40])
export const trueValue = Buffer.from([0x41])
export const falseValue = Buffer.from([0x42])

export function uint(value: number): Buffer {
  if (value === 0) return Buffer.from([0x43])
  if (value < 256) return Buffer.from([0x52, value])
  const bytes = Buffer.allocUnsafe(5)
  bytes.writeUInt8(0x70, 0)
  bytes.writeUInt32BE(value, 1)
  return bytes
}

function wide(code: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9)
  bytes.writeUInt8(code, 0)
  bytes.writeBigInt64BE(BigInt(value), 1)
  return bytes
}

export const long = (value: number): Buffer => wide(0x81, value)
export const timestamp = (value: number): Buffer => wide(0x83, value)
export const smallInt = (value: number): Buffer => Buffer.from([0x54, value])

function sized(shortCode: number, longCode: number, content: Buffer): Buffer {
  if (content.length < 256) return Buffer.concat([Buffer.from([shortCode, content.length]), content])
  const head = Buffer.allocUnsafe(5)
  head.writeUInt8(longCode, 0)
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

export const binary = (bytes: Buffer): Buffer => sized(0xa0, 0xb0, bytes)
export const text = (value: string): Buffer => sized(0xa1, 0xb1, Buffer.from(value))
export const symbol = (value: string): Buffer => sized(0xa3, 0xb3, Buffer.from(value, 'ascii'))

/** A list or map around already encoded items: `code` is its one-byte form (0xc0 or 0xc1). */
export function compoundOf(code: 0xc0 | 0xc1, count: number, items: readonly Buffer[]): Buffer {
  const size = items.reduce((sum, item) => sum + item.length, 0)
  if (size < 255 && count < 256) return Buffer.concat([Buffer.from([code, size + 1, count]), ...items])
  const head = Buffer.allocUnsafe(9)
  head.writeUInt8(code + 0x10, 0)
  head.writeUInt32BE(size + 4, 1)
  head.writeUInt32BE(count, 5)
  return Buffer.concat([head, ...items])
}

/** A described value with a small numeric descriptor: a message section, a performative, an outcome. */
export const described = (descriptor: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x00, 0x53, descriptor]), value])

export const list = (items: readonly Buffer[]): Buffer => compoundOf(0xc0, items.length, items)
