import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Agent } from '../../../agent/loop.ts'
import { makeManifest } from '../../../agent/powershell/manifest.ts'
import { HeartbeatBody } from '../../../orchestrations/contracts/agent.ts'
import { scriptsDigest } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { createWorld, openJournal, until } from '../fakes.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const manifest = makeManifest(join(import.meta.dirname, '../../../agent'))
const digest = scriptsDigest(manifest, sha256)
/** What verify.ps1 writes into evidence, in whatever order PowerShell finds it. */
const ofLab = Object.fromEntries(
  Object.entries(manifest)
    .filter(([path]) => /^(powershell|tasks)\//.test(path))
    .toReversed(),
)

it('has one hash for the scripts that ran in a lab and the same scripts in an agent, which has the lab’s own too', () => {
  expect(Object.keys(manifest).length).toBeGreaterThan(Object.keys(ofLab).length)
  expect(Object.keys(ofLab)).toContain('tasks/install/install.ps1')
  expect(scriptsDigest(ofLab, sha256)).toBe(digest)
})

it('has another hash when any of them is another one, is new, or is gone', () => {
  const [path = '', ...others] = Object.keys(ofLab)
  const without = Object.fromEntries(others.map((name) => [name, ofLab[name] ?? '']))
  for (const other of [{ ...ofLab, [path]: 'f'.repeat(64) }, { ...ofLab, 'tasks/x/x.ps1': 'f' }, without])
    expect(scriptsDigest(other, sha256)).not.toBe(digest)
})

it.each([
  ['says on which Windows it runs, and with which scripts', { build: '10.0.20348', scripts: digest }],
  ['says nothing where there is no Windows', undefined],
])('an agent %s', async (_, runs) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-runs-'))
  const world = createWorld()
  const journal = openJournal(join(folder, 'journal.ndjson'))
  const agent = new Agent({ ...world.dependencies(journal), runs })
  await agent.start()
  await until(() => world.server.heartbeats.length > 0, 'heard')
  agent.stop()
  await journal.close()
  rmSync(folder, { recursive: true })
  expect(HeartbeatBody.parse(world.server.heartbeats[0]).windows).toEqual(runs)
})
