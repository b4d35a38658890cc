/**
 * Finds its way in AMQP-encoded bytes without decoding them: the broker keeps a message as its sender encoded
 * it, and looks only at the few fields it needs. (AMQP 1.0 part 1, "Types".)
 */

/** A message section: its descriptor code and where its value (constructor included) begins and ends. */
export interface Section {
  readonly code: number
  readonly start: number
  readonly valueAt: number
  readonly end: number
}

const fixedWidth: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 }

/** The offset behind the value that begins at `at`. */
export function endOfValue(bytes: Buffer, at: number): number {
  const code = bytes.readUInt8(at)
  if (code === 0x00) return endOfValue(bytes, endOfValue(bytes, at + 1))
  const width = fixedWidth[code >> 4]
  if (width !== undefined) return at + 1 + width
  const wide = (code >> 4) % 2 === 1
  return wide ? at + 5 + bytes.readUInt32BE(at + 1) : at + 2 + bytes.readUInt8(at + 1)
}

export function* sections(bytes: Buffer): Generator<Section> {
  let at = 0
  while (at < bytes.length) {
    if (bytes.readUInt8(at) !== 0x00) throw new RangeError(`Malformed message: no section at byte ${at}.`)
    const valueAt = endOfValue(bytes, at + 1)
    const end = endOfValue(bytes, valueAt)
    if (end > bytes.length) throw new RangeError(`Malformed message: the section at byte ${at} is cut short.`)
    yield { code: bytes.readUInt8(valueAt - 1), start: at, valueAt, end }
    at = end
  }
}

/** A compound value (list or map) taken apart: how many items, and where their bytes lie. */
export function compound(bytes: Buffer, at: number): { count: number; from: number; to: number } {
  const code = bytes.readUInt8(at)
  const to = endOfValue(bytes, at)
  if (code === 0x45) return { count: 0, from: to, to }
  if (code === 0xc0 || code === 0xc1) return { count: bytes.readUInt8(at + 2), from: at + 3, to }
  return { count: bytes.readUInt32BE(at + 5), from: at + 9, to }
}

/** Where the list's item number `index` begins, or undefined when the list is shorter or the item is null. */
export function listItem(bytes: Buffer, listAt: number, index: number): number | undefined {
  const { count, from } = compound(bytes, listAt)
  if (index >= count) return undefined
  let at = from
  for (let skipped = 0; skipped < index; skipped++) at = endOfValue(bytes, at)
  return bytes.readUInt8(at) === 0x40 ? undefined : at
}

export function readUint(bytes: Buffer, at: number): number | undefined {
  switch (bytes.readUInt8(at)) {
    case 0x43:
      return 0
    case 0x52:
    case 0x50:
      return bytes.readUInt8(at + 1)
    case 0x70:
      return bytes.readUInt32BE(at + 1)
    default:
      return undefined
  }
}

/** A string or symbol, or undefined when the value is something else. */
export function readText(bytes: Buffer, at: number): string | undefined {
  const code = bytes.readUInt8(at)
  if (code === 0xa1 || code === 0xa3) return bytes.toString('utf8', at + 2, endOfValue(bytes, at))
  if (code === 0xb1 || code === 0xb3) return bytes.toString('utf8', at + 5, endOfValue(bytes, at))
  return undefined
}

/** The bytes of a binary value. */
export function readBinary(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(bytes.readUInt8(at) === 0xa0 ? at + 2 : at + 5, endOfValue(bytes, at))
}

/** Milliseconds of a timestamp (or a whole number written where one belongs). */
export function readInstant(bytes: Buffer, at: number): number | undefined {
  const code = bytes.readUInt8(at)
  if (code === 0x83 || code === 0x81) return Number(bytes.readBigInt64BE(at + 1))
  return readUint(bytes, at)
}
