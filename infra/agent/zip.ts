import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  /** With slashes. */
  readonly path: string
  readonly bytes: Buffer
}

/** 1 January 1980, the first day of DOS: the same files give the same archive, whenever they are packed. */
const dosDate = 0x0021
const utf8Names = 0x0800
const deflated = 8

/** A ZIP archive as Windows opens it. Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, bytes } of entries) {
    const name = Buffer.from(path)
    const packed = deflateRawSync(bytes, { level: 9 })
    const shared = sharedHeader(bytes, packed, name)
    const file = Buffer.concat([number(4, 0x04034b50), shared, name, packed])
    const place = [number(2, 0), number(2, 0), number(2, 0), number(4, 0), number(4, offset)]
    directory.push(Buffer.concat([number(4, 0x02014b50), number(2, 20), shared, ...place, name]))
    files.push(file)
    offset += file.length
  }
  const listed = Buffer.concat(directory)
  const count = number(2, entries.length)
  const end = [number(4, 0x06054b50), number(4, 0), count, count, number(4, listed.length), number(4, offset)]
  return Buffer.concat([...files, listed, ...end, number(2, 0)])
}

/** What a file's header and its line in the directory have in common. */
function sharedHeader(bytes: Buffer, packed: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    number(2, 20),
    number(2, utf8Names),
    number(2, deflated),
    number(2, 0),
    number(2, dosDate),
    number(4, crc32(bytes)),
    number(4, packed.length),
    number(4, bytes.length),
    number(2, name.length),
    number(2, 0),
  ])
}

function number(size: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.writeUIntLE(value, 0, size)
  return bytes
}
