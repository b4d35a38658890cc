import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type {
  CheckpointResult,
  PowerResult,
  RemoveCheckpointResult,
  RestoreCheckpointResult,
} from '../../../../orchestrations/contracts/scripts/hyperV.ts'
import { answered, iso, refused, type Ending, type Job } from './answers.ts'
import { without, type MachineState } from './state.ts'

export function takeCheckpoint(
  state: MachineState,
  { draws, attempt, endsAt, server }: Job,
  name: string,
): Ending {
  if (draws.happens('checkpointFails', 'checkpoint', attempt)) {
    const message = 'Les enregistreurs VSS de l’invité n’ont pas répondu à temps'
    return { state, answer: refused('hyperV.checkpointFailed', message) }
  }
  const checkpointId = guidOf(`${server.serverId}-${attempt}`)
  const unusable = draws.happens('checkpointUnusable', 'checkpoint', attempt) && ({ unusable: true } as const)
  const { installed, drained } = state
  const before = { installed, ...(drained === true && { drained }) }
  const checkpoint = { name, checkpointId, createdAt: endsAt, ...before, ...unusable }
  const checkpoints = [...state.checkpoints.filter((other) => other.name !== name), checkpoint]
  return {
    state: { ...state, checkpoints },
    answer: answered({
      name,
      checkpointId,
      createdAt: iso(endsAt),
      type: 'Production',
    } satisfies z.infer<typeof CheckpointResult>),
  }
}

export function removeCheckpoint(state: MachineState, name: string): Ending {
  const checkpoints = state.checkpoints.filter((other) => other.name !== name)
  const existed = checkpoints.length < state.checkpoints.length
  return {
    state: { ...state, checkpoints },
    answer: answered({ name, existed, merged: true } satisfies z.infer<typeof RemoveCheckpointResult>),
  }
}

export function restoreCheckpoint(
  state: MachineState,
  { draws, attempt, endsAt }: Job,
  name: string,
): Ending {
  const checkpoint = state.checkpoints.find((other) => other.name === name)
  if (checkpoint === undefined)
    return { state, answer: refused('hyperV.checkpointNotFound', `There is no checkpoint ${name}`) }
  if (checkpoint.unusable)
    return { state, answer: refused('hyperV.checkpointUnusable', `The disk chain of ${name} is broken`) }
  if (draws.happens('rollbackFails', 'restoreCheckpoint', attempt))
    return { state, answer: refused('hyperV.restoreFailed', `Applying ${name} failed: disk in use`) }
  const { installed, drained } = checkpoint
  const back = drained === true ? state : without(state, 'drained')
  return {
    state: {
      ...back,
      installed,
      pendingReboot: [],
      serviceDown: false,
      probesDown: false,
      bootedAt: endsAt,
    },
    answer: answered({
      name,
      restoredAt: iso(endsAt),
      state: 'Running',
      heartbeat: 'OkApplicationsUnknown',
    } satisfies z.infer<typeof RestoreCheckpointResult>),
  }
}

export const startVm = (state: MachineState): Ending => ({
  state: without(state, 'off'),
  answer: power('Running', 'OkApplicationsUnknown'),
})

export const stopVm = (state: MachineState): Ending => ({
  state: { ...state, off: true },
  answer: power('Off', 'Unknown'),
})

const power = (state: string, heartbeat: string) =>
  answered({ state, heartbeat, uptimeSeconds: 0 } satisfies PowerResult)

/** No machine of the simulated fleet is replicated. */
export const notReplicated = (state: MachineState, vm: string): Ending => ({
  state,
  answer: refused('hyperV.notReplicated', `${vm} is not replicated`),
})

/** Hyper-V's own is random; this one is the same in every run of a seed. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
