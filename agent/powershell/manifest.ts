import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { z } from 'zod'

/** SHA-256 (hex) of every script, by its path below the scripts' folder, with slashes. */
export const Manifest = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
export type Manifest = z.infer<typeof Manifest>

/** The manifest of the scripts that lie in a folder. Made when the agent is packaged, and kept inside it. */
export function makeManifest(folder: string): Manifest {
  const manifest: Manifest = {}
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
    if (/\.psm?1$/.test(path)) manifest[path.split(sep).join('/')] = hashOf(join(folder, path))
  return manifest
}

/** The fixed scripts: where they lie, and what they have to be. */
export class Scripts {
  readonly #folder: string
  readonly #manifest: Manifest

  constructor(folder: string, manifest: Manifest) {
    this.#folder = folder
    this.#manifest = manifest
  }

  /**
   * The script's full path, if it and all that it can load or start are what was packaged: its folder's and
   * `powershell`'s. Otherwise which isn't, and how.
   */
  check(path: string): { readonly file: string } | { readonly refused: string } {
    const loaded = Object.keys(this.#manifest).filter((name) =>
      [posix.dirname(path), 'powershell'].includes(posix.dirname(name)),
    )
    for (const name of new Set([path, ...loaded])) {
      const refused = this.#refusal(name)
      if (refused !== undefined) return { refused }
    }
    return { file: join(this.#folder, path) }
  }

  #refusal(name: string): string | undefined {
    const expected = this.#manifest[name]
    if (expected === undefined) return `${name} is not one of the agent's scripts`
    try {
      const actual = hashOf(join(this.#folder, name))
      return actual === expected ? undefined : `${name} was changed: SHA-256 ${actual}, packaged ${expected}`
    } catch (error) {
      return `${name} can't be read: ${String(error)}`
    }
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
