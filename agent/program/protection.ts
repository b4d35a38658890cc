import { statSync } from 'node:fs'
import { hasCode } from './problems.ts'

/**
 * Who may read files that only the agent (SYSTEM, or its own user) and administrators may read: names, or what is
 * known of them. Empty when nobody else may. Throws when that can't be told.
 */
export type Protection = (files: readonly string[]) => Promise<readonly string[]>

/** By the mode of each file, where there is no Windows. A file that isn't there has no readers. */
export const modeProtection: Protection = (files) => {
  const readers = files.flatMap((file) => {
    const found = statOf(file)
    if (found === undefined) return []
    const mode = found.mode & 0o777
    const own = process.getuid?.()
    if (own !== undefined && found.uid !== own) return [`user ${found.uid} (the owner of ${file})`]
    return (mode & 0o077) === 0 ? [] : [`others (${file} has mode ${mode.toString(8)})`]
  })
  return Promise.resolve(readers)
}

function statOf(file: string) {
  try {
    return statSync(file)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
