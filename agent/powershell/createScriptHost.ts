import { uptime } from 'node:os'
import { join } from 'node:path'
import { wireNow } from '../clock.ts'
import { runAttached } from './attached.ts'
import { DetachedWork, defaultDetachedTimings } from './detached.ts'
import type { DetachedTimings } from './detached.ts'
import type { Files } from './files.ts'
import type { MachineView } from './machineView.ts'
import { Scripts } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { windowsPowerShell } from './program.ts'
import type { Program } from './program.ts'
import type { Progress } from './progress.ts'
import type { ScriptHost } from './scriptHost.ts'
import { scheduledTasks } from './starter.ts'
import type { WorkStarter } from './starter.ts'
import { tidyWork } from './tidy.ts'
import { WindowsMachine } from './windowsMachine.ts'

export interface ScriptHostOptions {
  /** Where the scripts lie: the folder that has `tasks/` and `powershell/` in it. */
  readonly scripts: string
  readonly manifest: Manifest
  /** The agent's data folder. */
  readonly data: string
  /** Does the work of a folder when the folder's path is added: see runWork. */
  readonly worker: Program
  readonly powershell?: Program
  /** What stands for Task Scheduler and for `look.ps1` where there is no Windows. */
  readonly starter?: WorkStarter
  readonly machine?: MachineView
  readonly timings?: Partial<DetachedTimings>
  readonly files?: Files
  readonly bootedAt?: number
  readonly onProgress?: (commandId: string, progress: Progress) => void
  readonly onOverdue?: (commandId: string) => void
  /** What went wrong and changes nothing. */
  readonly onTrouble?: (message: string) => void
}

export interface RunningScriptHost extends ScriptHost {
  /** Ends what runs attached. Detached work goes on, and the next life finds it. */
  close(): void
}

/** The real one: Windows PowerShell, one process a script. */
export function createScriptHost(options: ScriptHostOptions): RunningScriptHost {
  const closing = new AbortController()
  const { powershell = windowsPowerShell(), onProgress = () => undefined } = options
  const scripts = new Scripts(options.scripts, options.manifest)
  const runner = { powershell, scripts, signal: closing.signal }
  const folder = join(options.data, 'work')
  const detached = new DetachedWork({
    folder,
    starter: options.starter ?? scheduledTasks(runner, options.worker),
    machine: options.machine ?? new WindowsMachine(runner),
    timings: { ...defaultDetachedTimings, ...options.timings },
    signal: closing.signal,
    ...(options.files && { files: options.files }),
    onProgress,
    onOverdue: options.onOverdue ?? (() => undefined),
  })
  // Once, to the second: two readings of the same boot differ by what the clock is corrected.
  const bootedAt = options.bootedAt ?? Math.round((wireNow() - uptime() * 1000) / 1000) * 1000
  return {
    run(input, { kind, runs, timeoutMs }) {
      const script = `tasks/${kind}/${kind}.ps1`
      if (runs === 'detached') return detached.run(input, script)
      return runAttached(runner, script, input, timeoutMs, (progress) =>
        onProgress(input.commandId, progress),
      )
    },
    find: (commandId) => detached.find(commandId),
    bootsSince: (commandId) => detached.bootsSince(commandId),
    bootedAt: () => bootedAt,
    uptimeMs: () => uptime() * 1000,
    keepOnly(open) {
      try {
        tidyWork(folder, open, wireNow())
      } catch (error) {
        options.onTrouble?.(`Old work in ${folder} stays: ${String(error)}`)
      }
    },
    close: () => closing.abort(),
  }
}
