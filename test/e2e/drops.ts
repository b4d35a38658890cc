import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * `npm run drops`: the page's live line is cut 100 times (about two minutes), or as often as is asked for:
 * `npm run drops -- 500`. The test suite does the same with 20.
 */
const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/e2e/drops.test.ts'], {
  cwd: join(import.meta.dirname, '../..'),
  stdio: 'inherit',
  env: { ...process.env, ATLAS_DROPS: process.argv[2] ?? '100' },
})
process.exitCode = status ?? 1
