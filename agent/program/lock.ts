import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProgramError, messageOf } from './problems.ts'

const sqliteBusy = 5
/** Somebody who only looks holds it for a moment, ms. */
const patienceMs = 2_000

// An open lock that nobody refers to would be collected, and the folder silently freed.
const held = new Set<DatabaseSync>()

/**
 * Takes the data folder for this process alone; returns what frees it. The lock is the operating system's own,
 * through SQLite: it ends with its process, however that ends. Throws ProgramError `alreadyRunning`.
 */
export function lockFolder(file: string): () => void {
  const lock = tryLock(file, patienceMs)
  if (lock === undefined)
    throw new ProgramError('alreadyRunning', `${dirname(file)} is in use: another agent runs on it.`)
  held.add(lock)
  return () => {
    if (held.delete(lock)) lock.close()
  }
}

/** Whether an agent runs on the folder now. */
export function isLocked(file: string): boolean {
  if (!existsSync(file)) return false
  const lock = tryLock(file, 0)
  lock?.close()
  return lock === undefined
}

/** Undefined when another process has it. */
function tryLock(file: string, timeout: number): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(file, { timeout })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return undefined
    throw new ProgramError('failed', `${file} can't be locked: ${messageOf(error)}.`, { cause: error })
  }
}
