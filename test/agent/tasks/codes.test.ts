import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupCodes, hyperVCodes } from '../../../agent/tasks/codes.ts'

const root = join(import.meta.dirname, '../../..')
const code = /'((?:hyperV|backup)\.[A-Za-z]+)'/g

const written = (pattern: string): string[] => [
  ...new Set(
    globSync(pattern, { cwd: root })
      .filter((file) => !file.endsWith('codes.ts'))
      .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(code)])
      .flatMap(([, name]) => (name === undefined ? [] : [name])),
  ),
]

describe('codes of the scripts on hosts and backup servers', () => {
  const known = Object.keys({ ...hyperVCodes, ...backupCodes })

  it('are all in the table that says what to do about them', () => {
    const used = written('agent/**/*.{ps1,psm1,ts}')
    expect(used.length).toBeGreaterThan(40)
    expect(used.filter((name) => !known.includes(name))).toEqual([])
  })

  it('are all used by a script or its parser', () => {
    const used = written('agent/**/*.{ps1,psm1,ts}')
    expect(known.filter((name) => !used.includes(name))).toEqual([])
  })
})
