import { dirname, join } from 'node:path'
import { isSea } from 'node:sea'
import { Manifest, makeManifest } from '../powershell/manifest.ts'
import type { Program } from '../powershell/program.ts'

/** JSON of the scripts' manifest, put in when the agent is packaged: what lies on the disk can't vouch for itself. */
declare const ATLAS_MANIFEST: string | undefined

/** Where the scripts lie: beside the executable, or in the source tree. */
export function scriptsFolder(): string {
  // In the executable, `__filename` is the executable itself.
  return isPackaged() ? join(dirname(__filename), 'scripts') : join(import.meta.dirname, '..')
}

export function scriptsManifest(): Manifest {
  return typeof ATLAS_MANIFEST === 'string'
    ? Manifest.parse(JSON.parse(ATLAS_MANIFEST))
    : makeManifest(scriptsFolder())
}

/** This program, as it does the work of one folder: the folder's path is added. */
export function workerProgram(): Program {
  const [, script] = process.argv
  return { file: process.execPath, args: isSea() || script === undefined ? ['work'] : [script, 'work'] }
}

function isPackaged(): boolean {
  return typeof ATLAS_MANIFEST === 'string'
}
