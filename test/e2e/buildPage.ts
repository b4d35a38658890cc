import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')

/**
 * The page as `npm run build` makes it, in a folder of its own, so that nothing that serves the real one is
 * disturbed. In a process of its own: under the test runner's NODE_ENV the development build would come out.
 */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-page-'))
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = [vite, 'build', 'static-web', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, args, { cwd: root, env })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
