import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { exists } from '../../../agent/powershell/child.ts'
import { createScriptHost } from '../../../agent/powershell/createScriptHost.ts'
import type { RunningScriptHost, ScriptHostOptions } from '../../../agent/powershell/createScriptHost.ts'
import { Boot } from '../../../agent/powershell/machineView.ts'
import type { MachineView } from '../../../agent/powershell/machineView.ts'
import { Manifest, makeManifest } from '../../../agent/powershell/manifest.ts'
import type { Program } from '../../../agent/powershell/program.ts'
import type { WorkStarter } from '../../../agent/powershell/starter.ts'
import { scriptVersion } from '../../../orchestrations/contracts/scripts/document.ts'
import type { ScriptInput } from '../../../orchestrations/contracts/scripts/document.ts'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'
import type { TaskKind } from '../../../orchestrations/contracts/tasks.ts'
import type { Behaviour } from './behaviour.ts'

/** One machine without Windows, in a folder: scripts of the right names, what they do, what they have done. */
export interface Lab {
  readonly folder: string
  readonly scripts: string
  readonly manifest: Manifest
}

export const labOf = (folder: string): Lab => ({
  folder,
  scripts: join(folder, 'agent'),
  manifest: Manifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))),
})

export function createLab(folder: string, behaviours: Record<string, Behaviour> = {}): Lab {
  const scripts = join(folder, 'agent')
  for (const kind of taskKinds) writeScript(join(scripts, 'tasks', kind, `${kind}.ps1`))
  // What a script loads from its own folder, and what all of them load or start.
  writeScript(join(scripts, 'tasks', 'inspect', 'backup.ps1'))
  for (const name of ['Atlas.psm1', 'veeam.ps1', 'look.ps1', 'start-work.ps1'])
    writeScript(join(scripts, 'powershell', name))
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(makeManifest(scripts)))
  writeFileSync(
    join(folder, 'boot.json'),
    JSON.stringify({ id: 'boot-1', bootedAt: 1_000_000, records: [1] }),
  )
  behave(folder, behaviours)
  return labOf(folder)
}

function writeScript(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '# Never read: the stand-in answers.\n')
}

export function behave(folder: string, behaviours: Record<string, Behaviour>): void {
  writeFileSync(join(folder, 'behaviour.json'), JSON.stringify(behaviours))
}

export const standin: Program = { file: process.execPath, args: [join(import.meta.dirname, 'standin.ts')] }

/** The lines of the stand-in's own record, e.g. `begun install c1`; one that is being written is none yet. */
export function effectsIn(folder: string): string[] {
  const file = join(folder, 'effects.ndjson')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { phase, kind, commandId } = JSON.parse(line) as Record<string, string>
      return `${phase} ${kind} ${commandId}`
    })
}

/** A real process that outlives the agent, as a scheduled task does. */
export function detachedProcesses(folder: string): WorkStarter {
  return {
    start(work) {
      const worker = join(import.meta.dirname, 'worker.ts')
      spawn(process.execPath, [worker, folder, work], { detached: true, stdio: 'ignore' }).unref()
      return Promise.resolve()
    },
  }
}

/** The machine's boots are a file; its processes are real. */
export function machineIn(folder: string): MachineView {
  return {
    async boot() {
      return Boot.parse(JSON.parse(readFileSync(join(folder, 'boot.json'), 'utf8')))
    },
    async startOf(pid) {
      return exists(pid) ? processStart(pid) : undefined
    },
  }
}

/** Source: proc(5), field 22 of stat: hundredths of a second since the boot. */
function processStart(pid: number): number {
  const stat = `/proc/${pid}/stat`
  if (!existsSync(stat)) return 0
  const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? []
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return Date.now() - (uptime - Number(fields[19]) / 100) * 1000
}

export function hostIn(lab: Lab, options: Partial<ScriptHostOptions> = {}): RunningScriptHost {
  return createScriptHost({
    scripts: lab.scripts,
    manifest: lab.manifest,
    data: lab.folder,
    worker: standin,
    powershell: standin,
    starter: detachedProcesses(lab.folder),
    machine: machineIn(lab.folder),
    timings: { pollMs: 10 },
    bootedAt: 1_000_000,
    ...options,
  })
}

/** Waits for another process: it may have little of the machine. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 25_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`)
    await delay(5)
  }
}

export function inputFor(kind: TaskKind, commandId: string, timeoutMs = 60_000): ScriptInput {
  return { version: scriptVersion, kind, commandId, timeoutMs, params: {} }
}
