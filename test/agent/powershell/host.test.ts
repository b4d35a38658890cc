import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as nodeFs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exists } from '../../../agent/powershell/child.ts'
import type { RunningScriptHost } from '../../../agent/powershell/createScriptHost.ts'
import { Scripts } from '../../../agent/powershell/manifest.ts'
import type { Progress } from '../../../agent/powershell/progress.ts'
import type { ScriptEnd } from '../../../agent/powershell/scriptHost.ts'
import { runWork } from '../../../agent/powershell/runWork.ts'
import { WorkFolder } from '../../../agent/powershell/workFolder.ts'
import type { Behaviour } from './behaviour.ts'
import {
  createLab,
  detachedProcesses,
  effectsIn,
  eventually,
  hostIn,
  inputFor,
  machineIn,
  standin,
} from './lab.ts'
import type { Lab } from './lab.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'atlas-host-'))
})
afterAll(() => rmSync(root, { recursive: true, maxRetries: 10 }))

const labWith = (behaviours: Record<string, Behaviour>): Lab =>
  createLab(mkdtempSync(join(root, 'lab-')), behaviours)

const attached = { kind: 'inspect', runs: 'attached', timeoutMs: 20_000 } as const
const detached = { kind: 'install', runs: 'detached', timeoutMs: 20_000 } as const

function ask(behaviour: Behaviour, timeoutMs = 20_000): Promise<ScriptEnd> {
  const host = hostIn(labWith({ '*': behaviour }))
  return host.run(inputFor('inspect', 'c1'), { ...attached, timeoutMs })
}

const install = (host: RunningScriptHost): Promise<ScriptEnd> => host.run(inputFor('install', 'c1'), detached)

describe('the answer of a script', () => {
  test('is its one document', async () => {
    const end = await ask({ result: { ok: 'Échec' } })
    expect(end).toMatchObject({
      kind: 'document',
      document: { outcome: 'succeeded', result: { ok: 'Échec' } },
    })
  })

  test('may be a failure in the machine’s own language, known by its code', async () => {
    const error = {
      code: 'noCommandForThis',
      message: 'Le module n’est pas installé.',
      hresult: '0x80070002',
    }
    expect(await ask({ error })).toMatchObject({ kind: 'document', document: { outcome: 'failed', error } })
  })

  const unusable: readonly (readonly [string, Behaviour, string])[] = [
    ['cut off in the middle', { answers: ['half'] }, 'truncated'],
    ['in the code page of the machine', { answers: ['latin1'] }, 'notUtf8'],
    ['longer than a document may be', { answers: ['{"a":"', 'megabytes', '"}'] }, 'tooLarge'],
    ['lost in chatter', { answers: ['megabytes', 'document'] }, 'chatty'],
    ['after a word of warning', { answers: ['WARNING: odd\n', 'document'] }, 'chatty'],
    ['before more of the same', { answers: ['document', 'document'] }, 'chatty'],
    ['no JSON at all', { answers: ['Terminé.'] }, 'notJson'],
    ['of another version', { odd: { version: 2 } }, 'wrongVersion'],
    ['of another shape', { odd: { outcome: 'maybe' } }, 'wrongShape'],
    ['about another command', { odd: { commandId: 'c2' } }, 'wrongShape'],
    ['nothing', { answers: [] }, 'crashed'],
    ['taken back by its exit code', { exitCode: 1 }, 'crashed'],
    ['never given, because it was killed', { dies: true }, 'crashed'],
  ]
  test.each(unusable)('is refused by name when it is %s', async (_name, behaviour, why) => {
    expect(await ask(behaviour)).toMatchObject({ kind: 'unusable', why })
  })

  test('comes with what it complained of, without secrets', async () => {
    const end = await ask({ exitCode: 1, complaints: ['Zugriff verweigert', 'Password=hunter2 token: abc'] })
    expect(end).toMatchObject({ message: expect.stringContaining('Zugriff verweigert') })
    expect(JSON.stringify(end)).not.toMatch(/hunter2|abc/)
  })

  test('is preceded by progress', async () => {
    const seen: number[] = []
    const lab = labWith({ '*': { progress: [10, 90], complaints: ['progress nonsense'] } })
    const host = hostIn(lab, { onProgress: (_id, { percent }: Progress) => seen.push(percent) })
    expect(await host.run(inputFor('inspect', 'c1'), attached)).toMatchObject({ kind: 'document' })
    expect(seen).toEqual([10, 90])
  })
})

describe('a script that is not the one that was packaged', () => {
  test.each([
    'tasks/inspect/inspect.ps1',
    'tasks/inspect/backup.ps1',
    'powershell/Atlas.psm1',
    'powershell/veeam.ps1',
  ])('is not run: %s', async (name) => {
    const lab = labWith({})
    appendFileSync(join(lab.scripts, name), 'Get-Date')
    const host = hostIn(lab)
    const refused = { kind: 'unusable', why: 'hashMismatch', message: expect.stringContaining(name) }
    expect(await host.run(inputFor('inspect', 'c1'), attached)).toMatchObject(refused)
    expect(effectsIn(lab.folder)).toEqual([])
  })

  test('is refused on its own: others are run', async () => {
    const lab = labWith({})
    appendFileSync(join(lab.scripts, 'tasks/install/install.ps1'), 'Get-Date')
    expect(await hostIn(lab).run(inputFor('inspect', 'c1'), attached)).toMatchObject({ kind: 'document' })
  })

  test('is not run detached either', async () => {
    const lab = labWith({})
    rmSync(join(lab.scripts, 'tasks/install/install.ps1'))
    expect(await install(hostIn(lab))).toMatchObject({ kind: 'unusable', why: 'hashMismatch' })
    expect(effectsIn(lab.folder)).toEqual([])
  })
})

describe('an attached script', () => {
  test('that never ends is ended after its time, with all that it has started', async () => {
    const lab = labWith({ '*': { grandchild: true, endless: true } })
    const run = hostIn(lab).run(inputFor('inspect', 'c1'), { ...attached, timeoutMs: 1_500 })
    expect(await run).toMatchObject({ kind: 'unusable', why: 'timedOut' })
    const grandchild = Number(readFileSync(join(lab.folder, 'grandchild'), 'utf8'))
    await eventually(() => isOver(grandchild), 'the grandchild ends')
  })

  test('is heard though a program that it left behind holds its output open', async () => {
    const lab = labWith({ '*': { grandchild: true } })
    expect(await hostIn(lab).run(inputFor('inspect', 'c1'), attached)).toMatchObject({ kind: 'document' })
    process.kill(Number(readFileSync(join(lab.folder, 'grandchild'), 'utf8')), 'SIGKILL')
  })

  test('ends with the agent', async () => {
    const lab = labWith({ '*': { endless: true } })
    const host = hostIn(lab)
    const run = host.run(inputFor('inspect', 'c1'), attached)
    await eventually(() => effectsIn(lab.folder).length > 0, 'it begins')
    host.close()
    expect(await run).toMatchObject({ kind: 'unusable', why: 'cancelled' })
  })

  test('that can’t be started says so', async () => {
    const powershell = { file: join(root, 'no-such-program'), args: [] }
    const host = hostIn(labWith({}), { powershell })
    expect(await host.run(inputFor('inspect', 'c1'), attached)).toMatchObject({ why: 'cannotStart' })
  })
})

/** Ended by its group's end, it stays a zombie until whoever adopts it looks. */
function isOver(pid: number): boolean {
  if (!exists(pid)) return true
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

describe('a detached script', () => {
  test('answers as an attached one does', async () => {
    const lab = labWith({ install: { result: { rebootRequired: true } } })
    expect(await install(hostIn(lab))).toMatchObject({ document: { result: { rebootRequired: true } } })
    expect(effectsIn(lab.folder)).toEqual(['begun install c1', 'ended install c1'])
  })

  test('is never ended by its time: it is told as overdue and followed to its end', async () => {
    const lab = labWith({ install: { until: 'enough' } })
    const overdue: string[] = []
    const host = hostIn(lab, { onOverdue: (commandId) => overdue.push(commandId) })
    const run = host.run(inputFor('install', 'c1', 1), { ...detached, timeoutMs: 1 })
    await eventually(() => overdue.length === 1, 'it is overdue')
    writeFileSync(join(lab.folder, 'enough'), '')
    expect(await run).toMatchObject({ kind: 'document' })
  })

  test('goes on when the agent stops, and the next life finds it', async () => {
    const lab = labWith({ install: { until: 'enough' } })
    const first = hostIn(lab)
    void install(first)
    await eventually(() => effectsIn(lab.folder).length === 1, 'it begins')
    first.close()
    const found = await hostIn(lab).find('c1', 'install')
    expect(found.kind).toBe('running')
    writeFileSync(join(lab.folder, 'enough'), '')
    expect(found.kind === 'running' && (await found.ended)).toMatchObject({ kind: 'document' })
    expect(await hostIn(lab).find('c1', 'install')).toMatchObject({
      kind: 'ended',
      end: { kind: 'document' },
    })
    expect(effectsIn(lab.folder)).toEqual(['begun install c1', 'ended install c1'])
  })

  test('is under way as long as it runs, though the process that keeps its result was killed', async () => {
    const lab = labWith({ install: { endless: true } })
    const run = install(hostIn(lab))
    await eventually(() => effectsIn(lab.folder).length === 1, 'it begins')
    const [work] = nodeFs.readdirSync(join(lab.folder, 'work'))
    const pidIn = (...file: string[]): number =>
      (JSON.parse(readFileSync(join(lab.folder, ...file), 'utf8')) as { pid: number }).pid
    const keeper = pidIn('work', work ?? '', 'begun.json')
    process.kill(keeper, 'SIGKILL')
    await eventually(() => isOver(keeper), 'it is killed')
    expect(await hostIn(lab).find('c1', 'install')).toMatchObject({ kind: 'running' })
    process.kill(pidIn('effects.ndjson'), 'SIGKILL')
    expect(await run).toMatchObject({ kind: 'unusable', why: 'crashed' })
    expect(await hostIn(lab).find('c1', 'install')).toMatchObject({ kind: 'cannotTell' })
  })

  test('that nothing takes on is withdrawn: what comes late finds nothing to do', async () => {
    const lab = labWith({})
    let late = (): Promise<void> => Promise.reject(new Error('not started'))
    const starter = {
      start: (work: string) => {
        late = () => detachedProcesses(lab.folder).start(work, 'c1')
        return Promise.resolve()
      },
    }
    const host = hostIn(lab, { starter, timings: { pollMs: 5, beginWithinMs: 20 } })
    expect(await install(host)).toMatchObject({ kind: 'unusable', why: 'cannotStart' })
    await late()
    expect(await host.find('c1', 'install')).toEqual({ kind: 'neverBegun' })
    // Asked again it is done, once, by whichever of the two processes takes it.
    expect(await install(hostIn(lab))).toMatchObject({ kind: 'document' })
    expect(effectsIn(lab.folder)).toEqual(['begun install c1', 'ended install c1'])
  })

  test('that several processes race for is done by one of them', async () => {
    const lab = labWith({})
    const starter = {
      async start(work: string) {
        await Promise.all([1, 2, 3, 4].map(() => detachedProcesses(lab.folder).start(work, 'c1')))
      },
    }
    expect(await install(hostIn(lab, { starter }))).toMatchObject({ kind: 'document' })
    const [work] = nodeFs.readdirSync(join(lab.folder, 'work'))
    const left = (): string[] => nodeFs.readdirSync(join(lab.folder, 'work', work ?? ''))
    // Whoever comes too late takes away what it has tried with.
    await eventually(() => left().every((name) => !/begun\.json\./.test(name)), 'the others give up')
    expect(effectsIn(lab.folder)).toEqual(['begun install c1', 'ended install c1'])
  })

  test('that Task Scheduler refuses surely never began', async () => {
    const starter = { start: () => Promise.reject(new Error('The service is not running')) }
    const end = await install(hostIn(labWith({}), { starter }))
    expect(end).toMatchObject({ why: 'cannotStart', message: expect.stringContaining('not running') })
  })

  test('that was begun is not begun again, also when the agent is asked to', async () => {
    const lab = labWith({})
    await install(hostIn(lab))
    expect(await install(hostIn(lab))).toMatchObject({ kind: 'document' })
    expect(effectsIn(lab.folder)).toHaveLength(2)
  })

  test('of which a claim is damaged can’t be told, and is not begun again', async () => {
    const lab = labWith({})
    await install(hostIn(lab))
    const [work] = nodeFs.readdirSync(join(lab.folder, 'work'))
    writeFileSync(join(lab.folder, 'work', work ?? '', 'begun.json'), '{"kind":"be')
    await expect(hostIn(lab).find('c1', 'install')).rejects.toThrow('JSON')
    await expect(install(hostIn(lab))).rejects.toThrow('JSON')
    expect(effectsIn(lab.folder)).toHaveLength(2)
  })

  test('is gone when its process’s number belongs to another one by now', async () => {
    const lab = labWith({ install: { until: 'enough' } })
    const first = hostIn(lab)
    void install(first)
    await eventually(() => effectsIn(lab.folder).length === 1, 'it begins')
    first.close()
    const machine = { ...machineIn(lab.folder), startOf: () => Promise.resolve(Date.now() + 60_000) }
    expect(await hostIn(lab, { machine }).find('c1', 'install')).toMatchObject({ kind: 'cannotTell' })
    const silent = { ...machineIn(lab.folder), startOf: () => Promise.reject(new Error('no answer')) }
    expect(await hostIn(lab, { machine: silent }).find('c1', 'install')).toMatchObject({ kind: 'cannotTell' })
    writeFileSync(join(lab.folder, 'enough'), '')
  })
})

describe('a full disk', () => {
  const noSpace = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }

  test('is a refusal before anything has begun', async () => {
    const lab = labWith({})
    const end = await install(hostIn(lab, { files: { ...nodeFs, writeSync: noSpace } }))
    expect(end).toMatchObject({ kind: 'unusable', why: 'diskFull' })
    expect(effectsIn(lab.folder)).toEqual([])
    expect(await hostIn(lab).find('c1', 'install')).toEqual({ kind: 'neverBegun' })
  })

  const preparedIn = (lab: Lab): WorkFolder => {
    const work = new WorkFolder(join(lab.folder, 'work', 'c1'))
    work.prepare({ input: inputFor('install', 'c1'), script: 'tasks/install/install.ps1' })
    return work
  }
  const toolsOf = (lab: Lab) => ({
    powershell: standin,
    scripts: new Scripts(lab.scripts, lab.manifest),
    retryMs: 5,
  })

  test('that came during the work does not cost its result: its room was taken before', async () => {
    const lab = labWith({ install: { result: { text: 'x'.repeat(200_000) } } })
    const { folder } = preparedIn(lab)
    let full = false
    const openSync: typeof nodeFs.openSync = (path, flags, mode) => {
      if (full && flags === 'w') noSpace()
      return nodeFs.openSync(path, flags, mode)
    }
    const linkSync: typeof nodeFs.linkSync = (from, to) => {
      nodeFs.linkSync(from, to)
      full = true
    }
    const work = new WorkFolder(folder, { ...nodeFs, openSync, linkSync })
    expect(await runWork(work, toolsOf(lab))).toBe('done')
    expect(new WorkFolder(folder).result()).toMatchObject({ kind: 'document' })
  })

  test('that refuses even that is tried again until it takes the result', async () => {
    const lab = labWith({})
    const { folder } = preparedIn(lab)
    let refusals = 3
    const renameSync: typeof nodeFs.renameSync = (from, to) => {
      if (refusals > 0) {
        refusals -= 1
        noSpace()
      }
      nodeFs.renameSync(from, to)
    }
    expect(await runWork(new WorkFolder(folder, { ...nodeFs, renameSync }), toolsOf(lab))).toBe('done')
    expect(refusals).toBe(0)
    expect(effectsIn(lab.folder)).toHaveLength(2)
  })

  test('during which the work is taken on leaves it to nobody', async () => {
    const lab = labWith({})
    const { folder } = preparedIn(lab)
    const work = new WorkFolder(folder, { ...nodeFs, writeSync: noSpace })
    await expect(runWork(work, toolsOf(lab))).rejects.toThrow('ENOSPC')
    expect(effectsIn(lab.folder)).toEqual([])
  })
})

describe('old work', () => {
  const workIn = (folder: string): string[] => nodeFs.readdirSync(join(folder, 'work'))
  const age = (folder: string, days: number): void => {
    const at = new Date(Date.now() - days * 24 * 3_600_000)
    for (const name of workIn(folder)) nodeFs.utimesSync(join(folder, 'work', name), at, at)
  }

  test('is removed once it is over, not open, and old', async () => {
    const lab = labWith({})
    const host = hostIn(lab)
    await install(host)
    host.keepOnly?.(new Set())
    expect(workIn(lab.folder)).toHaveLength(1)
    age(lab.folder, 8)
    host.keepOnly?.(new Set(['c1']))
    expect(workIn(lab.folder)).toHaveLength(1)
    host.keepOnly?.(new Set())
    expect(workIn(lab.folder)).toEqual([])
  })

  test('stays while it is under way, however old', async () => {
    const lab = labWith({ install: { until: 'enough' } })
    const host = hostIn(lab)
    const run = install(host)
    await eventually(() => effectsIn(lab.folder).length === 1, 'it begins')
    age(lab.folder, 30)
    host.keepOnly?.(new Set())
    expect(workIn(lab.folder)).toHaveLength(1)
    writeFileSync(join(lab.folder, 'enough'), '')
    await run
  })

  test('is never more than two hundred folders', () => {
    const lab = labWith({})
    for (let index = 0; index < 210; index += 1)
      nodeFs.mkdirSync(join(lab.folder, 'work', `old-${index}`), { recursive: true })
    hostIn(lab).keepOnly?.(new Set())
    expect(workIn(lab.folder)).toHaveLength(200)
  })
})
