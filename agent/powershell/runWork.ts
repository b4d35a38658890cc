import { setTimeout as delay } from 'node:timers/promises'
import { wireNow } from '../clock.ts'
import type { Progress } from './progress.ts'
import { runScript } from './runScript.ts'
import type { ScriptTools } from './runScript.ts'
import type { ScriptEnd } from './scriptHost.ts'
import type { Prepared, WorkFolder } from './workFolder.ts'

export interface WorkTools extends ScriptTools {
  /** Wire ms: a result that the disk refused is tried again so often, and given up after so long. */
  readonly retryMs?: number
  readonly giveUpMs?: number
}

const progressEveryMs = 1_000

/**
 * The whole life of a process that does one detached work: takes it, runs the script to its end without ever
 * ending it, leaves the result. Returns what became of it; `notMine` when the work was withdrawn or taken.
 */
export async function runWork(work: WorkFolder, tools: WorkTools): Promise<'done' | 'notMine'> {
  const prepared = work.prepared()
  if (prepared === undefined || !work.begin(performance.timeOrigin)) return 'notMine'
  const end = await carryOut(work, prepared, tools)
  await keep(work, end, tools)
  return 'done'
}

/** Without limits: nothing ends it but its own end. */
function carryOut(work: WorkFolder, { input, script }: Prepared, tools: WorkTools): Promise<ScriptEnd> {
  return runScript(tools, script, input, {
    limits: undefined,
    onProgress: throttled((progress) => work.tell(progress)),
    onStart: (pid) => unlessRefused(() => work.nameScript({ pid, startedAt: wireNow() })),
  })
}

/** The effect has happened: its result is held in memory until the disk takes it. */
async function keep(work: WorkFolder, end: ScriptEnd, tools: WorkTools): Promise<void> {
  const { retryMs = 5_000, giveUpMs = 24 * 60 * 60 * 1000 } = tools
  const giveUpAt = performance.now() + giveUpMs
  for (;;) {
    try {
      work.finish(end)
      return
    } catch (error) {
      if (performance.now() > giveUpAt) throw error
      await delay(retryMs)
    }
  }
}

function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (progress) => {
    if (performance.now() - toldAt < progressEveryMs) return
    toldAt = performance.now()
    unlessRefused(() => tell(progress))
  }
}

/** What only helps those who watch is left out on a full disk: the work goes on without. */
function unlessRefused(write: () => void): void {
  try {
    write()
  } catch {
    // The result has its room already.
  }
}
