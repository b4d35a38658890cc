/**
 * Node's executable is signed by its makers. Anything put into it breaks that signature, and a broken one is worse
 * than none: it is taken out. Returns the bytes without it.
 * Source: "PE Format", Optional Header Data Directories, The Attribute Certificate Table.
 */
export function withoutSignature(bytes: Buffer): Buffer {
  const header = bytes.readUInt32LE(0x3c)
  if (bytes.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('that is no PE executable')
  const optional = header + 24
  if (bytes.readUInt16LE(optional) !== 0x20b) throw new Error('that is no 64-bit executable')
  // Directory 4 of PE32+, the only one that says a place in the file instead of one in memory.
  const entry = optional + 112 + 4 * 8
  const at = bytes.readUInt32LE(entry)
  const size = bytes.readUInt32LE(entry + 4)
  if (size === 0) return bytes
  if (at + size !== bytes.length) throw new Error('the signature is not the end of the file')
  const bare = Buffer.from(bytes.subarray(0, at))
  bare.fill(0, entry, entry + 8)
  // The checksum covers what is gone; zero is "not given".
  bare.writeUInt32LE(0, optional + 64)
  return bare
}
