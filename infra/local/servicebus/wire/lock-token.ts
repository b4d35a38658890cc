import type { Lock } from '../engine/message.ts'

/** A lock as the 16 bytes of a UUID in plain order, as management requests carry it. */
export function lockToken(lock: Lock): Buffer {
  const token = Buffer.allocUnsafe(16)
  token.writeBigUInt64BE(BigInt(lock.lockId), 0)
  token.writeBigUInt64BE(BigInt(lock.seq), 8)
  return token
}

export function parseLockToken(token: Uint8Array): Lock {
  const bytes = Buffer.from(token)
  if (bytes.length !== 16) return { lockId: -1, seq: -1 }
  return { lockId: Number(bytes.readBigUInt64BE(0)), seq: Number(bytes.readBigUInt64BE(8)) }
}

/** The token in .NET's order of a GUID's bytes, as delivery tags carry it (its own inverse). */
export function reordered(token: Buffer): Buffer {
  const swapped = Buffer.from(token)
  swapped.subarray(0, 4).reverse()
  swapped.subarray(4, 6).reverse()
  swapped.subarray(6, 8).reverse()
  return swapped
}
