import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { cpuSecondsOf } from '../support/processes.ts'
import { openRehearsal } from '../support/rehearsal.ts'
import { requireAll } from './campaigns.ts'
import { atMost, reported, type Bench } from './figures.ts'
import { loopDelay, watchMemory } from './watch.ts'

const most = { seconds: 420, ratio: 11, mebibytes: 4 * 1024 }

/** 10,000 servers of 300 clients beside 1,000 of 100, in one run: what grows faster than the fleet shows. */
export const fleet10k: Bench = {
  name: 'fleet10k',
  long: true,
  async run(emit) {
    const small = await play(1_000, 100)
    emit(reported('fleet10k.1000.wallSeconds', small.wallSeconds, 's'))
    emit(reported('fleet10k.1000.beforeStartSeconds', small.beforeStartSeconds, 's'))
    emit(reported('fleet10k.1000.memoryOfAllProcesses', small.mebibytes, 'MiB'))
    emit(reported('fleet10k.1000.cpuSeconds', small.cpuSeconds, 's'))
    const large = await play(10_000, 300)
    emit(atMost('fleet10k.wallSeconds', large.wallSeconds, 's', most.seconds))
    emit(atMost('fleet10k.timesOf1000', large.wallSeconds / small.wallSeconds, 'times', most.ratio))
    emit(reported('fleet10k.cpuTimesOf1000', large.cpuSeconds / small.cpuSeconds, 'times'))
    emit(reported('fleet10k.beforeStartSeconds', large.beforeStartSeconds, 's'))
    emit(atMost('fleet10k.memoryOfAllProcesses', large.mebibytes, 'MiB', most.mebibytes))
    emit(reported('fleet10k.hostLoopDelayP999', large.loopDelayP999, 'ms'))
  },
}

/** `beforeStartSeconds`: import, plan, enrolment and first connections, until START. */
async function play(servers: number, clients: number) {
  const inventory = generatedInventory(servers, { oneRing: true, clients })
  const rehearsal = await openRehearsal({ scenario: 'instant', inventory })
  try {
    const began = performance.now()
    const run = rehearsal.start()
    const memory = watchMemory(run)
    await rehearsal.started(run)
    const beforeStartSeconds = (performance.now() - began) / 1000
    await loopDelay(rehearsal, { reset: true })
    const before = cpuSecondsOf([...run.pids().values()])
    const result = await run.result
    const cpuSeconds = cpuSecondsOf([...run.pids().values()]) - before
    const delay = await loopDelay(rehearsal)
    const { alone } = memory.stop()
    await run.stop()
    requireAll(result, servers)
    return {
      wallSeconds: result.wallSeconds,
      beforeStartSeconds,
      cpuSeconds,
      mebibytes: alone / 2 ** 20,
      loopDelayP999: delay.p999,
    }
  } finally {
    await rehearsal.remove()
  }
}
