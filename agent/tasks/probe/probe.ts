import type { z } from 'zod'
import { ProbeResult } from '../../../orchestrations/contracts/scripts/server.ts'
import type { TaskResult } from '../../../orchestrations/contracts/tasks.ts'
import { heartbeatOf } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

type Guest = NonNullable<z.infer<typeof ProbeResult>['guest']>

/** Reads, on a Hyper-V host or a neighbour: how a silent server looks from there. */
export const probe: ScriptTask<'probe'> = {
  kind: 'probe',
  runs: 'attached',
  timeoutMs: minutes(5),
  toOutcome: (raw) => {
    const { ping, ports, guest } = ProbeResult.parse(raw)
    const result = {
      power: guest ? powerOf(guest) : 'unknown',
      heartbeat: guest ? heartbeatOf(guest.heartbeat) : 'unknown',
      answers: ping || ports.some(({ open }) => open),
    } satisfies TaskResult<'probe'>
    return { kind: 'succeeded', result }
  },
}

/** Names of VMState. One that is neither surely running nor surely not is unknown. */
function powerOf({ state }: Guest): 'on' | 'off' | 'unknown' {
  if (/^Running(Critical)?$/.test(state)) return 'on'
  return /^(Off|Saved|Paused)(Critical)?$/.test(state) ? 'off' : 'unknown'
}
