import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { makeManifest } from '../../agent/powershell/manifest.ts'

export const root = resolve(import.meta.dirname, '../..')

/** Folders below agent/ whose scripts the executable runs. */
export const scriptFolders = ['powershell', 'tasks'] as const

/** V8 with a small young generation: the agent waits nearly all of its life. */
export const nodeOptions = ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'] as const

/**
 * The agent as one CommonJS file, with the SHA-256 of each of its scripts inside. Scripts are looked for in the
 * folder `scripts` beside the file that runs.
 */
export function bundleAgent(outFile: string): void {
  const manifest = Object.entries(makeManifest(join(root, 'agent'))).filter(([path]) =>
    scriptFolders.some((folder) => path.startsWith(`${folder}/`)),
  )
  const esbuild = join(root, 'node_modules/esbuild/bin/esbuild')
  execFileSync(
    esbuild,
    [
      'agent/main.ts',
      '--bundle',
      '--platform=node',
      '--format=cjs',
      '--target=node24',
      '--minify',
      '--legal-comments=none',
      '--log-level=warning',
      `--define:ATLAS_MANIFEST=${JSON.stringify(JSON.stringify(Object.fromEntries(manifest)))}`,
      // Only the source tree asks for it.
      '--define:import.meta.dirname=""',
      `--outfile=${outFile}`,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  )
}
