/** One file inside a ZIP archive. */
export interface ArchiveEntry {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly compressed: number
  /** Uncompressed, in bytes, as the archive declares it. */
  readonly size: number
  readonly offset: number
}

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50
const longestComment = 0xffff
const endSize = 22

/**
 * The directory of a ZIP archive; undefined when the bytes are none. Archives with 64-bit fields (over 4 GiB) are
 * none here. Source: PKWARE APPNOTE, sections 4.3.12 and 4.3.16.
 */
export function readArchive(bytes: Uint8Array): ReadonlyMap<string, ArchiveEntry> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) return undefined
  const entries = new Map<string, ArchiveEntry>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== directoryEntry) return undefined
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    entries.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      compressed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    })
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - endSize
  for (let at = last; at >= Math.max(0, last - longestComment); at -= 1)
    if (view.getUint32(at, true) === endOfDirectory) return at
  return undefined
}

/** The text of a file inside the archive; undefined when it isn't there, is damaged or larger than declared. */
export async function textOf(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, ArchiveEntry>,
  name: string,
): Promise<string | undefined> {
  const entry = entries.get(name)
  if (!entry || entry.offset + 30 > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + entry.offset, 30)
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true)
  const content = new Uint8Array(bytes.subarray(start, start + entry.compressed))
  if (entry.method === 0) return new TextDecoder().decode(content)
  return entry.method === 8 ? inflate(content, entry.size) : undefined
}

async function inflate(content: Uint8Array<ArrayBuffer>, size: number): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  try {
    const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    for await (const chunk of stream) {
      length += chunk.length
      if (length > size) return undefined
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    return undefined
  }
  return text + decoder.decode()
}
