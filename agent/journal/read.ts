import { readFileSync } from 'node:fs'
import { decodeRecord } from './records.ts'
import type { JournalRecord } from './records.ts'

export interface JournalContents {
  readonly records: readonly JournalRecord[]
  /** Bytes that are whole records; what follows is a line that a crash tore. */
  readonly goodBytes: number
  readonly tornBytes: number
  /** Set when a line that is not the last one is damaged: the file is evidence then, and not written to. */
  readonly corruption?: { readonly line: number; readonly message: string }
}

/** Reads a journal file; a missing one is empty. Throws what the file system says (permissions, I/O). */
export function readJournal(file: string): JournalContents {
  const bytes = readIfExists(file)
  const records: JournalRecord[] = []
  let at = 0
  for (let line = 1; at < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, at)
    if (end === -1) break
    try {
      records.push(decodeRecord(bytes.toString('utf8', at, end)))
    } catch (error) {
      if (end === bytes.length - 1) break
      return { records, goodBytes: at, tornBytes: 0, corruption: { line, message: messageOf(error) } }
    }
    at = end + 1
  }
  return { records, goodBytes: at, tornBytes: bytes.length - at }
}

function readIfExists(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error)
}
