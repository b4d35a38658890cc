import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { makeManifest } from '../../agent/powershell/manifest.ts'

export const root = resolve(import.meta.dirname, '../..')

/** Folders below agent/ whose scripts the executable runs. */
export const scriptFolders = ['powershell', 'tasks'] as const

/** V8 for a program that waits nearly all of its life: a small young generation, no optimizing compilers. */
export const nodeOptions = [
  '--max-semi-space-size=1',
  '--no-opt',
  '--no-maglev',
  '--disable-warning=ExperimentalWarning',
] as const

/** As much of esbuild as is used here. */
interface Esbuild {
  readonly build: (options: object) => Promise<unknown>
}

interface Loading {
  readonly onLoad: (
    where: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => object,
  ) => void
}

/** `z` as an object would bring all of zod along, its forty languages too; as a namespace it brings what is used. */
const leanZod = {
  name: 'lean-zod',
  setup({ onLoad }: Loading) {
    onLoad({ filter: /\/(agent|orchestrations)\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
      return {
        loader: 'ts',
        contents: contents.replace("import { z } from 'zod'", "import * as z from 'zod'"),
      }
    })
  },
}

/**
 * The agent as one CommonJS file, with the SHA-256 of each of its scripts inside. Scripts are looked for in the
 * folder `scripts` beside the file that runs.
 */
export async function bundleAgent(outFile: string): Promise<void> {
  const manifest = Object.entries(makeManifest(join(root, 'agent'))).filter(([path]) =>
    scriptFolders.some((folder) => path.startsWith(`${folder}/`)),
  )
  const { build } = createRequire(import.meta.url)('esbuild') as Esbuild
  await build({
    absWorkingDir: root,
    entryPoints: ['agent/main.ts'],
    outfile: outFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    // Of packages that have both, modules lose what isn't used.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [leanZod],
    define: {
      ATLAS_MANIFEST: JSON.stringify(JSON.stringify(Object.fromEntries(manifest))),
      // Only the source tree asks for it.
      'import.meta.dirname': '""',
    },
  })
}
