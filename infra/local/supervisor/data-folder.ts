import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { codeOf, LocalError } from './errors.ts'

export type FolderLock = {
  readonly folder: string
  /** Lets another process have the folder. The end of this process, however it comes, does the same. */
  release(): void
}

// An open lock that nobody refers to would be collected, and the folder silently freed.
const held = new Set<DatabaseSync>()

/**
 * Takes `folder` (created if missing) for this process alone.
 * The lock is the operating system's own, through SQLite: it vanishes with its process, so it is never
 * stale, and no pid that was given out again can keep it.
 * Throws LocalError `folderInUse` (naming the folder and the owner's pid) or `folderUnwritable`.
 */
export const lockDataFolder = (folder: string): FolderLock => {
  const path = resolve(folder)
  makeWritable(path)
  const lock = openExclusively(path)
  held.add(lock)
  writeFileSync(ownerFile(path), JSON.stringify({ pid: process.pid }))
  return {
    folder: path,
    release: () => {
      if (held.delete(lock)) lock.close()
    },
  }
}

const makeWritable = (path: string): void => {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Step by step: Node's recursive mkdir never returns below /proc, where even root can make nothing. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
}

const openExclusively = (path: string): DatabaseSync => {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(path, 'lock.sqlite'), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    throw isBusy(error) ? inUse(path) : unwritable(path, error)
  }
}

const sqliteBusy = 5

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy

const inUse = (path: string): LocalError => {
  const pid = ownerOf(path)
  const owner = pid === undefined ? 'another process' : `process ${pid}`
  return new LocalError(
    'folderInUse',
    `The data folder ${path} is in use by ${owner}: stop that one, or give another folder with --data DIR.`,
  )
}

const unwritable = (path: string, error: unknown): LocalError =>
  new LocalError(
    'folderUnwritable',
    `The data folder ${path} can't be written (${codeOf(error) ?? String(error)}): give one you may write to with --data DIR.`,
    { cause: error },
  )

const ownerFile = (path: string): string => join(path, 'owner.json')

const ownerOf = (path: string): number | undefined => {
  try {
    return z.object({ pid: z.number() }).parse(JSON.parse(readFileSync(ownerFile(path), 'utf8'))).pid
  } catch {
    // Only the message's detail depends on it: an owner that is just starting has not written it yet.
    return undefined
  }
}
