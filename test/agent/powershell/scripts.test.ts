import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkScripts } from './check.ts'
import { readContracts } from './contracts.ts'

const root = join(import.meta.dirname, '../../..')
const scripts = globSync('agent/**/*.{ps1,psm1}', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}))

/** Programs that scripts start by name: nothing else on every Windows Server does these by a fixed command line. */
const programs = new Set<string>()

describe('the agent’s PowerShell', () => {
  it('keeps to the contracts of every cmdlet, object and function that it uses', async () => {
    expect(scripts.length).toBeGreaterThan(1)
    const findings = await checkScripts(scripts, { contracts: readContracts(), programs })
    expect(findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`)).toEqual([])
  })
})
