import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { memoryOf } from '../support/processes.ts'
import type { Rehearsal, Run } from '../support/rehearsal.ts'

const Status = z.object({
  eventLoopDelay: z.object({ p50: z.number(), p99: z.number(), p999: z.number(), max: z.number() }),
})

/** Milliseconds by which the host's event loop was late since the last `reset`. */
export async function loopDelay({ base }: Pick<Rehearsal, 'base'>, options: { reset?: boolean } = {}) {
  const answer = await fetch(`${base}/admin/host/status${options.reset === true ? '?reset' : ''}`)
  return Status.parse(await answer.json()).eventLoopDelay
}

const sampleMs = 1_000

/** Watches the memory of all of a run's processes together; `stop` answers the highest sums, in bytes. */
export function watchMemory(run: Run): { stop(): { alone: number; shared: number } } {
  let most = { alone: 0, shared: 0 }
  const timer = setInterval(() => {
    const now = memoryOf([...run.pids().values()])
    most = { alone: Math.max(most.alone, now.alone), shared: Math.max(most.shared, now.shared) }
  }, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      return most
    },
  }
}

const Work = z.object({ acceptMs: z.number() })

/** Wire milliseconds from each command's issue to its acceptance, as the simulated machines wrote them down. */
export function acceptances(data: string): number[] {
  return readFileSync(join(data, 'fleet', 'work.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Work.parse(JSON.parse(line)).acceptMs)
}
