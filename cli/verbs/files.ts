import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'

/** Reads a file that the person named, from where they stand. */
export async function readNamedFile({ io, t }: Session, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = resolve(io.folder, name)
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT') throw badInput(t.errors.noFile(file), t.errors.noFileFix)
    if (code === 'EISDIR') throw badInput(t.errors.isFolder(file), t.errors.noFileFix)
    throw badInput(t.errors.unreadable(file, code || String(error)))
  }
}

/** Writes a file that the person named, from where they stand; answers its whole path. */
export async function writeNamedFile({ io, t }: Session, name: string, text: string): Promise<string> {
  const file = resolve(io.folder, name)
  try {
    await writeFile(file, text)
    return file
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw badInput(t.errors.unwritable(file, code || String(error)))
  }
}
