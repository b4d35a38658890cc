import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Scripts } from '../../../agent/powershell/manifest.ts'
import { windowsPowerShell } from '../../../agent/powershell/program.ts'
import { scheduledTasks } from '../../../agent/powershell/starter.ts'
import { WindowsMachine } from '../../../agent/powershell/windowsMachine.ts'
import { behave, createLab, effectsIn, standin } from './lab.ts'
import type { Lab } from './lab.ts'

let lab: Lab
beforeEach(() => {
  lab = createLab(mkdtempSync(join(tmpdir(), 'atlas-machine-')))
})
afterEach(() => rmSync(lab.folder, { recursive: true }))

const runnerIn = ({ scripts, manifest }: Lab) => ({
  powershell: standin,
  scripts: new Scripts(scripts, manifest),
  signal: new AbortController().signal,
})

const look = {
  bootId: '612 2026-11-21T00:00:00.0000000Z',
  bootedAt: '2026-11-21T00:00:00.1234567Z',
  bootRecords: [4711],
  processes: [{ pid: 42, startedAt: '2026-11-21T01:00:00.0000000Z' }],
}

describe('Windows, as look.ps1 sees it', () => {
  test('says which boot this is, and is asked once', async () => {
    behave(lab.folder, { look: { result: look } })
    const machine = new WindowsMachine(runnerIn(lab))
    const boot = { id: look.bootId, bootedAt: Date.parse('2026-11-21T00:00:00.123Z'), records: [4711] }
    expect(await machine.boot()).toEqual(boot)
    expect(await machine.boot()).toEqual(boot)
    expect(effectsIn(lab.folder)).toEqual(['begun look look', 'ended look look'])
  })

  test('knows when a process began, and which is not there', async () => {
    behave(lab.folder, { look: { result: look } })
    const machine = new WindowsMachine(runnerIn(lab))
    expect(await machine.startOf(42)).toBe(Date.parse('2026-11-21T01:00:00Z'))
    expect(await machine.startOf(43)).toBeUndefined()
  })

  test('is asked again after it could not answer: services come up late after a boot', async () => {
    behave(lab.folder, { look: { error: { code: 'unexpected', message: 'RPC-Server nicht verfügbar' } } })
    const machine = new WindowsMachine(runnerIn(lab))
    await expect(machine.boot()).rejects.toThrow('RPC-Server')
    behave(lab.folder, { look: { result: look } })
    expect(await machine.boot()).toMatchObject({ id: look.bootId })
  })

  test('is not believed when it answers something else', async () => {
    behave(lab.folder, { look: { result: { ...look, bootedAt: '21.11.2026 01:00' } } })
    await expect(new WindowsMachine(runnerIn(lab)).boot()).rejects.toThrow('bootedAt')
  })
})

describe('a scheduled task', () => {
  const worker = { file: 'C:\\Program Files\\ATLAS\\atlas-agent.exe', args: ['work'] }

  test('is registered under the work’s name, its command line quoted where it has to be', async () => {
    behave(lab.folder, { startWork: { keepInput: 'asked.json' } })
    await scheduledTasks(runnerIn(lab), worker).start('/data of it/work/c1-0123', 'c1')
    const asked: unknown = JSON.parse(readFileSync(join(lab.folder, 'asked.json'), 'utf8'))
    expect(asked).toMatchObject({
      kind: 'startWork',
      commandId: 'c1',
      params: { name: 'c1-0123', file: worker.file, argument: 'work "/data of it/work/c1-0123"' },
    })
  })

  test('that can’t be registered is said, and the next one is tried all the same', async () => {
    behave(lab.folder, { startWork: { error: { code: 'unexpected', message: 'Accès refusé' } } })
    const tasks = scheduledTasks(runnerIn(lab), worker)
    await expect(tasks.start('/data/c1', 'c1')).rejects.toThrow('Accès refusé')
    behave(lab.folder, {})
    await expect(tasks.start('/data/c2', 'c2')).resolves.toBeUndefined()
  })

  test('gets no argument that Windows would take apart otherwise', async () => {
    const tasks = scheduledTasks(runnerIn(lab), worker)
    await expect(tasks.start('/data/"c1"', 'c1')).rejects.toThrow('argument')
    await expect(tasks.start('C:\\data\\', 'c1')).rejects.toThrow('argument')
    expect(effectsIn(lab.folder)).toEqual([])
  })
})

test('Windows PowerShell is started by its full path, without profile, prompt or hold of the input', () => {
  const { file, args } = windowsPowerShell()
  expect(file).toContain('System32')
  expect(args).toContain('-NoProfile')
  expect(args.join(' ')).toMatch(/-NonInteractive -InputFormat None -ExecutionPolicy Bypass -File$/)
})
