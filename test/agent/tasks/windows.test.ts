import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BootsSince, FoundScript, ScriptEnd, ScriptHost } from '../../../agent/powershell/scriptHost.ts'
import { Unusable } from '../../../agent/powershell/scriptHost.ts'
import { createWindows } from '../../../agent/tasks/windows.ts'
import type { ScriptTasks } from '../../../agent/tasks/windows.ts'
import type { Windows, Work } from '../../../agent/windows.ts'
import type { Task } from '../../../orchestrations/contracts/tasks.ts'
import { CommandId } from '../../../orchestrations/domain/ids.ts'
import { clientId, inspect, install, reboot, serverId, start } from '../fakes.ts'
import { behave, createLab, hostIn } from '../powershell/lab.ts'

const tasks: ScriptTasks = {
  inspect: {
    kind: 'inspect',
    runs: 'attached',
    timeoutMs: 60_000,
    toOutcome: () => ({
      kind: 'succeeded',
      result: { what: 'backup', target: 'SRV01', newestRestorePointAt: null, source: 'none' },
    }),
  },
  install: {
    kind: 'install',
    runs: 'detached',
    timeoutMs: 60_000,
    toOutcome: (result) => {
      const { rebootRequired } = z.object({ rebootRequired: z.boolean() }).parse(result)
      return { kind: 'succeeded', result: { updates: [], rebootRequired } }
    },
  },
  reboot: {
    kind: 'reboot',
    runs: 'detached',
    timeoutMs: 60_000,
    toOutcome: () => {
      throw new Error('what the script says proves no boot')
    },
  },
}

const workOf = (task: Task): Work => ({
  commandId: CommandId.parse('c1'),
  task,
  subject: { clientId, serverId },
  issuedAt: start,
  acceptedAt: start,
})

const about = { version: 1, commandId: 'c1' } as const
const answer = (kind: string, result: unknown): ScriptEnd => ({
  kind: 'document',
  document: { ...about, kind, outcome: 'succeeded', result },
})
const failure = (kind: string, code: string): ScriptEnd => ({
  kind: 'document',
  document: { ...about, kind, outcome: 'failed', error: { code, message: 'Échec' } },
})
const unusable = (why: Unusable): ScriptEnd => ({ kind: 'unusable', why, message: 'so it is' })
const installedResult = { rebootRequired: true }

interface Machine {
  readonly end?: ScriptEnd
  readonly found?: FoundScript
  readonly boots?: BootsSince
  readonly uptimeMs?: number
}

function windowsOn(machine: Machine, known = tasks): Windows {
  const host: ScriptHost = {
    run: () => Promise.resolve(machine.end ?? unusable('crashed')),
    find: () => Promise.resolve(machine.found ?? { kind: 'neverBegun' }),
    bootsSince: () => Promise.resolve(machine.boots ?? { kind: 'sameBoot' }),
    bootedAt: () => start,
    uptimeMs: () => machine.uptimeMs ?? 3_600_000,
  }
  return createWindows(host, known, { downWithinMs: 5, stableMs: 300 })
}

describe('a task on Windows', () => {
  test('has the outcome that its script’s result means', async () => {
    const outcome = await windowsOn({ end: answer('install', installedResult) }).run(workOf(install))
    expect(outcome).toEqual({ kind: 'succeeded', result: { updates: [], rebootRequired: true } })
  })

  test('fails as its script does, by the code and never by the text', async () => {
    const outcome = await windowsOn({ end: failure('install', 'installerBusy') }).run(workOf(install))
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'installerBusy', remedy: 'retry' } })
  })

  test('fails when this agent has no script for it', async () => {
    const outcome = await windowsOn({}, {}).run(workOf(install))
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'noScript' } })
  })

  const named: Readonly<Record<Unusable, string>> = {
    timedOut: 'scriptTimedOut → retry',
    cancelled: 'scriptCancelled → retry',
    crashed: 'scriptCrashed → retry',
    truncated: 'outputTruncated → retry',
    tooLarge: 'outputTooLarge → giveUp',
    chatty: 'outputChatty → giveUp',
    notUtf8: 'outputNotUtf8 → giveUp',
    notJson: 'outputNotJson → giveUp',
    wrongShape: 'outputWrongShape → giveUp',
    wrongVersion: 'outputWrongVersion → giveUp',
    hashMismatch: 'scriptChanged → giveUp',
    cannotStart: 'scriptNotStarted → retry',
    diskFull: 'diskFull → giveUp',
  }
  test.each(Unusable.options)(
    'that only reads fails by name when its answer is unusable: %s',
    async (why) => {
      const outcome = await windowsOn({ end: unusable(why) }).run(workOf(inspect))
      if (outcome.kind !== 'failed') throw new Error(`It ${outcome.kind}`)
      expect(`${outcome.failure.code} → ${outcome.failure.remedy}`).toBe(named[why])
    },
  )

  test.each(['hashMismatch', 'cannotStart', 'diskFull'] as const)(
    'that changes the machine has failed only where it surely never began: %s',
    async (why) => {
      const outcome = await windowsOn({ end: unusable(why) }).run(workOf(install))
      expect(outcome).toMatchObject({ kind: 'failed' })
    },
  )

  const began = Unusable.options.filter((why) => !['hashMismatch', 'cannotStart', 'diskFull'].includes(why))
  test.each(began)('that changes the machine can’t be told when its answer is unusable: %s', async (why) => {
    await expect(windowsOn({ end: unusable(why) }).run(workOf(install))).rejects.toThrow(why)
    const found = { kind: 'ended', end: unusable(why) } as const
    expect(await windowsOn({ found }).find(workOf(install))).toMatchObject({ kind: 'cannotTell' })
  })

  test('can’t be told when its script answers what no such script answers', async () => {
    const odd = windowsOn({ end: answer('install', { rebootRequired: 'vielleicht' }) })
    await expect(odd.run(workOf(install))).rejects.toThrow('rebootRequired')
  })

  test('that ran attached is begun again after the agent’s end: it only reads', async () => {
    const found = { kind: 'ended', end: answer('inspect', {}) } as const
    expect(await windowsOn({ found }).find(workOf(inspect))).toEqual({ kind: 'neverBegun' })
  })

  test('that went on without the agent is found with its outcome', async () => {
    const end = answer('install', installedResult)
    const ended = await windowsOn({ found: { kind: 'ended', end } }).find(workOf(install))
    expect(ended).toMatchObject({ kind: 'ended', outcome: { kind: 'succeeded' } })
    const found = { kind: 'running', ended: Promise.resolve(end) } as const
    const running = await windowsOn({ found }).find(workOf(install))
    expect(running.kind === 'running' && (await running.ended)).toMatchObject({ kind: 'succeeded' })
  })
})

describe('a reboot', () => {
  const ordered = answer('reboot', { bootedBefore: '2026-11-01T00:00:00Z', bitLockerSuspended: [] })
  const booted: BootsSince = { kind: 'booted', bootedBefore: start, bootedAt: start + 90_000, reboots: 2 }
  const result = { bootedBefore: start, bootedAt: start + 90_000, reboots: 2 }

  test('is proven by the next boot and counts those in between', async () => {
    for (const found of [
      { kind: 'ended', end: ordered },
      { kind: 'cannotTell', message: 'its process is gone' },
    ] as const) {
      const after = await windowsOn({ found, boots: booted }).find(workOf(reboot))
      expect(after.kind === 'running' && (await after.ended)).toEqual({ kind: 'succeeded', result })
    }
  })

  test('is told only when the machine has been up for a while: servicing restarts it once more', async () => {
    const found = { kind: 'ended', end: ordered } as const
    const after = await windowsOn({ found, boots: booted, uptimeMs: 0 }).find(workOf(reboot))
    let told = false
    const ended = after.kind === 'running' ? after.ended.then(() => (told = true)) : undefined
    await new Promise((resolve) => setImmediate(resolve))
    expect(told).toBe(false)
    await ended
    expect(told).toBe(true)
  })

  test('that is refused has failed', async () => {
    const end = failure('reboot', 'rebootRefused')
    expect(await windowsOn({ end }).run(workOf(reboot))).toMatchObject({ kind: 'failed' })
    const found = { kind: 'ended', end } as const
    expect(await windowsOn({ found }).find(workOf(reboot))).toMatchObject({ kind: 'ended' })
  })

  test.each([
    ['its script has said so', ordered],
    ['its script died', unusable('crashed')],
  ])('that never comes can’t be told, though %s', async (_name, end) => {
    await expect(windowsOn({ end }).run(workOf(reboot))).rejects.toThrow('No restart within')
    const found = await windowsOn({ found: { kind: 'ended', end } }).find(workOf(reboot))
    await expect(found.kind === 'running' && found.ended).rejects.toThrow('No restart within')
  })

  test('can’t be told when the machine doesn’t say which boot this is', async () => {
    const boots = { kind: 'unknown', message: 'no WMI' } as const
    const found = await windowsOn({ found: { kind: 'ended', end: ordered }, boots }).find(workOf(reboot))
    expect(found).toMatchObject({ kind: 'cannotTell', message: expect.stringContaining('no WMI') })
  })
})

describe('a reboot on a machine with processes', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'atlas-reboot-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is not ordered when the machine doesn’t say which boot this is', async () => {
    const lab = createLab(mkdtempSync(join(folder, 'lab-')))
    const machine = { boot: () => Promise.reject(new Error('no WMI')), startOf: () => Promise.resolve(0) }
    const outcome = await createWindows(hostIn(lab, { machine }), tasks).run(workOf(reboot))
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'scriptNotStarted' } })
  })

  test('is found by the life after it', async () => {
    const lab = createLab(mkdtempSync(join(folder, 'lab-')))
    behave(lab.folder, { reboot: { boots: true } })
    const before = createWindows(hostIn(lab), tasks, { downWithinMs: 1, stableMs: 0 })
    await expect(before.run(workOf(reboot))).rejects.toThrow('No restart')
    const after = await createWindows(hostIn(lab), tasks, { downWithinMs: 1, stableMs: 0 }).find(
      workOf(reboot),
    )
    expect(after.kind === 'running' && (await after.ended)).toMatchObject({
      kind: 'succeeded',
      result: { bootedBefore: 1_000_000, bootedAt: 1_060_000, reboots: 1 },
    })
  })
})
