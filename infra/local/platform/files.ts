import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import type { z } from 'zod'

/** The parsed content of a JSON file, undefined if there is none. Throws an error naming the file if it is spoiled. */
export const readOrUndefined = <T>(path: string, schema: z.ZodType<T>): T | undefined => {
  if (!existsSync(path)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new Error(`${path} is spoiled: put back a copy of it, or delete it to have it made anew.`, {
      cause: error,
    })
  }
}

/** Writes a file so that a crash leaves the old one or the new one, never a part. */
export const writeWhole = (path: string, text: string, mode: number): void => {
  const part = `${path}.new`
  const file = openSync(part, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}
