import type { Result } from '../../infra/local/start/summary.ts'
import { openRehearsal } from '../support/rehearsal.ts'
import { atMost, percentile, reported, type Bench } from './figures.ts'
import { acceptances, loopDelay, watchMemory } from './watch.ts'

const evenServers = 1_000
const evenBoundSeconds = 27_000

/** 100 clients with ten servers of exactly 45 minutes: how much the orchestration adds to 7.5 hours. */
export const even: Bench = {
  name: 'even',
  long: true,
  async run(emit) {
    const rehearsal = await openRehearsal({ scenario: 'even', servers: evenServers, speed: 60 })
    try {
      const result = await rehearsal.start().result
      requireAll(result, evenServers)
      const { simulatedSeconds, wallSeconds } = result
      emit(atMost('even.simulatedSeconds', simulatedSeconds, 's', 1.02 * evenBoundSeconds))
      emit(reported('even.wallSeconds', wallSeconds, 's'))
    } finally {
      await rehearsal.remove()
    }
  },
}

/** 1,000 servers, every step, no duration: what the machine can do. */
export const instant: Bench = {
  name: 'instant',
  long: false,
  async run(emit) {
    const servers = 1_000
    const rehearsal = await openRehearsal({ scenario: 'instant', servers })
    try {
      const run = rehearsal.start()
      const memory = watchMemory(run)
      await rehearsal.started(run)
      await loopDelay(rehearsal, { reset: true })
      const result = await run.result
      const delay = await loopDelay(rehearsal)
      const most = memory.stop()
      await run.stop()
      requireAll(result, servers)
      const accepted = acceptances(rehearsal.data)
      emit(atMost('instant.wallSeconds', result.wallSeconds, 's', 40))
      emit(reported('instant.commands', result.commands, 'commands'))
      emit(atMost('instant.memoryOfAllProcesses', most.alone / 2 ** 20, 'MiB', 1024))
      emit(reported('instant.memorySharedPagesOnce', most.shared / 2 ** 20, 'MiB'))
      emit(atMost('instant.hostLoopDelayP999', delay.p999, 'ms', 250))
      emit(reported('instant.hostLoopDelayMax', delay.max, 'ms'))
      emit(atMost('instant.issuedToAcceptedP50', percentile(accepted, 0.5), 'ms', 100))
      emit(atMost('instant.issuedToAcceptedP99', percentile(accepted, 0.99), 'ms', 1_000))
      emit(reported('instant.issuedToAcceptedMax', percentile(accepted, 1), 'ms'))
    } finally {
      await rehearsal.remove()
    }
  },
}

/** A figure of a campaign that didn't do its work is none. */
export function requireAll({ succeeded, ...others }: Result, servers: number): void {
  if (succeeded !== servers)
    throw new Error(`${succeeded} of ${servers} servers succeeded: ${JSON.stringify(others)}`)
}
