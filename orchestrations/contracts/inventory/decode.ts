import type { Problems } from './problems.ts'

const mebibyte = 1024 * 1024
export const mostBytes = 64 * mebibyte

export interface Decoded {
  /** Without its BOM; line ends as they are. */
  readonly text: string
  /** `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`. */
  readonly encoding: string
}

/** An .xlsx is a ZIP archive: it begins with a local file header. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return beginsWith(bytes, 0x50, 0x4b, 0x03, 0x04)
}

/**
 * The file's text, or undefined when it was refused. UTF-8 where the bytes are that, UTF-16 with a BOM or where
 * every other byte is NUL, otherwise Windows-1252, in which every byte is a character: the preview says so.
 */
export function decode(bytes: Uint8Array, problems: Problems): Decoded | undefined {
  if (bytes.length === 0) return problems.addFile('emptyFile')
  if (bytes.length > mostBytes) return problems.addFile('tooLarge', { mostMebibytes: mostBytes / mebibyte })
  if (beginsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return problems.addFile('oldWorkbook')
  const decoded = decodeAs(bytes, encodingOf(bytes))
  const zero = decoded.text.indexOf('\0')
  if (zero >= 0) {
    const line = decoded.text.slice(0, zero).split(/\r\n?|\n/).length
    problems.add(line, '', 'binaryFile')
    return undefined
  }
  if (/^\s*<(?:!doctype|html|table|\?xml)/i.test(decoded.text)) return problems.addFile('notATable')
  if (decoded.text.trim() === '') return problems.addFile('emptyFile')
  return decoded
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

function encodingOf(bytes: Uint8Array): Encoding {
  if (beginsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (beginsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  const sample = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = zeros
  // Of Latin text in UTF-16 nearly every other byte is NUL, and none of the rest.
  const enough = sample.length / 4
  if (odd > enough && even * 20 < odd) return 'utf-16le'
  if (even > enough && odd * 20 < even) return 'utf-16be'
  return 'utf-8'
}

function decodeAs(bytes: Uint8Array, encoding: Encoding): Decoded {
  try {
    return { text: new TextDecoder(encoding, { fatal: encoding === 'utf-8' }).decode(bytes), encoding }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' }
  }
}

function beginsWith(bytes: Uint8Array, ...signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}
