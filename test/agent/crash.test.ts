import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandFor, commandKey, install, signEnvelope } from './fakes.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-crash-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** One life of the agent; resolves with the signal that killed it or its exit code. */
async function live(data: string, boundary: string): Promise<string | number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crashChild.ts'), data, boundary], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal ?? code ?? -1
}

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe.concurrent('an agent killed with -9', () => {
  test.each([
    'received',
    'journalled',
    'settled',
    'begun',
    'effectBegun',
    'effectDone',
    'resultWritten',
    'reportSent',
    'acknowledged',
  ])('at %s has installed once and reported it when it is back', async (boundary) => {
    const data = mkdtempSync(join(folder, `${boundary}-`))
    const now = Date.now()
    const times = { issuedAt: now, startBy: now + 300_000, notAfter: now + 3_600_000 }
    writeFileSync(join(data, 'message'), signEnvelope(commandFor('c1', install, times)))
    writeFileSync(join(data, 'key.json'), JSON.stringify(commandKey))

    expect(await live(data, boundary)).toBe('SIGKILL')
    expect(await live(data, 'none')).toBe(0)

    const effects = linesOf(join(data, 'fleet', 'effects.ndjson'))
    expect(effects.map(({ phase, commandId }) => `${String(phase)} ${String(commandId)}`)).toEqual([
      'begun c1',
      'ended c1',
    ])
    const reports = linesOf(join(data, 'reports.ndjson')).filter(({ type }) => type !== 'accepted')
    expect(reports.length).toBeGreaterThan(0)
    for (const report of reports) expect(report).toMatchObject({ type: 'succeeded', commandId: 'c1' })
  })
})
