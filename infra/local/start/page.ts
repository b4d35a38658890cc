import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LocalError } from '../supervisor/errors.ts'

const sources = ['static-web', 'orchestrations/contracts', 'orchestrations/domain']

/** Builds the page when its sources are newer than what was built last. Returns the folder to serve. */
export async function buildPage(root: string): Promise<string> {
  const dist = join(root, 'static-web', 'dist')
  if (!isStale(root, join(dist, 'index.html'))) return dist
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const build = spawn(process.execPath, [vite, 'build', 'static-web', '--logLevel', 'error'], { cwd: root })
  let said = ''
  build.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const [code] = (await once(build, 'exit')) as [number | null]
  if (code !== 0)
    throw new LocalError('childNotReady', `The page could not be built: ${said.split('\n')[0] ?? ''}`)
  return dist
}

function isStale(root: string, built: string): boolean {
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  return sources.some((folder) => newest(join(root, folder)) > builtAt)
}

function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs
    })
    .reduce((latest, at) => Math.max(latest, at), 0)
}
