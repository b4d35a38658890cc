import { createHash } from 'node:crypto'
import { hostname, release } from 'node:os'
import { z } from 'zod'
import type { RunningWindows } from '../../orchestrations/contracts/agent.ts'
import { scriptsDigest } from '../../orchestrations/contracts/scripts/evidence.ts'
import { monotonicNow } from '../clock.ts'
import { askOwnScript } from '../powershell/attached.ts'
import type { Runner } from '../powershell/attached.ts'
import { createScriptHost } from '../powershell/createScriptHost.ts'
import { Scripts } from '../powershell/manifest.ts'
import type { Manifest } from '../powershell/manifest.ts'
import { windowsPowerShell } from '../powershell/program.ts'
import { runWork } from '../powershell/runWork.ts'
import { WorkFolder } from '../powershell/workFolder.ts'
import { scriptTasks } from '../tasks/index.ts'
import { createWindows } from '../tasks/windows.ts'
import { Alarms } from './alarms.ts'
import { scriptsFolder, scriptsManifest, workerProgram } from './packaged.ts'
import { messageOf } from './problems.ts'
import { modeProtection } from './protection.ts'
import type { Protection } from './protection.ts'
import type { OpenMachine, Surroundings } from './surroundings.ts'
import { version } from './version.ts'

/** The machine that this program runs on. Where there is no Windows, each task fails: there is no PowerShell. */
export function realSurroundings(): Surroundings {
  return { version, host: hostname(), runs: runningWindows(), open }
}

/** Source: nodejs.org, `os.release()`: on Windows its version, without the monthly revision. */
function runningWindows(): RunningWindows | undefined {
  if (process.platform !== 'win32') return undefined
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  return { build: release(), scripts: scriptsDigest(scriptsManifest(), sha256) }
}

/** Carries out the detached work of a folder, in a process of its own. */
export async function workHere(folder: string): Promise<void> {
  const scripts = new Scripts(scriptsFolder(), scriptsManifest())
  await runWork(new WorkFolder(folder), { powershell: windowsPowerShell(), scripts })
}

function open({ folder, log }: Parameters<Surroundings['open']>[0]): OpenMachine {
  const closing = new AbortController()
  const scripts = scriptsFolder()
  const manifest: Manifest = scriptsManifest()
  const runner = {
    powershell: windowsPowerShell(),
    scripts: new Scripts(scripts, manifest),
    signal: closing.signal,
  }
  const host = createScriptHost({
    scripts,
    manifest,
    data: folder.root,
    worker: workerProgram(),
    onProgress: (commandId, { percent, text }) =>
      log.write('info', `command ${commandId}: ${percent ?? ''} % ${text}`),
    onOverdue: (commandId) => log.write('warning', `command ${commandId}: longer than usual, goes on`),
    onTrouble: (message) => log.write('warning', message),
  })
  const alarms = new Alarms(
    writerOf(runner, (message) => log.write('warning', message)),
    monotonicNow,
  )
  return {
    windows: createWindows(host, scriptTasks),
    protection: process.platform === 'win32' ? accessProtection(runner) : modeProtection,
    alarm: (alarm, text) => alarms.raise(alarm, text),
    close() {
      host.close()
      closing.abort()
    },
  }
}

const Access = z.object({ others: z.array(z.object({ path: z.string(), sid: z.string() })) })

/** By the files' access control lists, which Node.js can't read by itself. */
function accessProtection(runner: Runner): Protection {
  return async (paths) => {
    const answer = await askOwnScript(runner, 'access', 'powershell/access.ps1', 'access', { paths })
    return Access.parse(answer).others.map(({ path, sid }) => `${sid} (${path})`)
  }
}

/** To the Windows event log: a PowerShell process each, so only for alarms. */
function writerOf(runner: Runner, onTrouble: (message: string) => void) {
  return (eventId: number, text: string): void => {
    if (process.platform !== 'win32') return
    askOwnScript(runner, 'event', 'powershell/event.ps1', 'event', { eventId, text }).catch(
      (error: unknown) => onTrouble(`the Windows event log could not be written: ${messageOf(error)}`),
    )
  }
}
