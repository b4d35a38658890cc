import * as nodeFs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { syncFolder, writeFlushed } from '../disk.ts'

/** The file system calls by which work is kept; tests put a full disk between. */
export type Files = Pick<
  typeof nodeFs,
  | 'openSync'
  | 'writeSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'closeSync'
  | 'renameSync'
  | 'linkSync'
  | 'rmSync'
>

export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Written beside, flushed, renamed: whoever reads finds all of it or nothing. */
export function writeWhole(files: Files, file: string, text: string): void {
  const beside = `${file}.new`
  writeFlushed(files, beside, Buffer.from(text), 'w')
  files.renameSync(beside, file)
  syncFolder(files, file)
}

/** As writeWhole, but only the first of all who try succeeds: false when the file is there already. */
export function writeFirst(files: Files, file: string, text: string): boolean {
  const beside = `${file}.${process.pid}`
  writeFlushed(files, beside, Buffer.from(text), 'w')
  try {
    files.linkSync(beside, file)
    syncFolder(files, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    files.rmSync(beside, { force: true })
  }
}

/** Takes room on the disk. Random: zeros would take none on a compressed volume. */
export function reserve(files: Files, file: string, bytes: number): void {
  writeFlushed(files, file, randomBytes(bytes), 'w')
}

/** As writeWhole, in the room that was reserved: works on a disk that has become full since. */
export function writeReserved(files: Files, reserved: string, file: string, text: string): void {
  const bytes = Buffer.from(text)
  writeFlushed(files, reserved, bytes, nodeFs.existsSync(reserved) ? 'r+' : 'w')
  files.renameSync(reserved, file)
  syncFolder(files, file)
}
