import type { RebootCause } from '../../../../orchestrations/contracts/scripts/server.ts'
import type { Draws } from '../draws.ts'
import type { FleetServer } from '../fleetFile.ts'
import type { Silence } from '../scenario.ts'

/** What a simulated machine is like now. Times are plan time, epoch ms. */
export interface MachineState {
  readonly bootedAt: number
  readonly installed: readonly string[]
  /** Updates whose files lie on its disk. */
  readonly downloaded: readonly string[]
  /** Of updates that aren't whole yet: how many bytes of them Windows has already. */
  readonly fetched?: Readonly<Record<string, number>>
  readonly pendingReboot: readonly RebootCause[]
  readonly serviceDown: boolean
  /** What a plan probes on it doesn't answer. */
  readonly probesDown?: boolean
  readonly checkpoints: readonly Checkpoint[]
  /** No agent runs on it before this time; `never` when it doesn't come back. */
  readonly agentBackAt: number
  /** What is behind its absence until then. */
  readonly silence?: Silence
  /** A remote desktop host that takes no new sessions. */
  readonly drained?: true
  /** Its component store was repaired: it isn't damaged again. */
  readonly repaired?: true
  /** When its backup job was held last, on its backup server; until when, once it is released. */
  readonly jobHold?: { readonly from: number; readonly until?: number }
  /** Switched off on its host. */
  readonly off?: true
}

export interface Checkpoint {
  readonly name: string
  readonly checkpointId: string
  readonly createdAt: number
  readonly installed: readonly string[]
  readonly drained?: true
  /** It was reported as made and can't be applied. */
  readonly unusable?: true
}

export const never = Number.MAX_SAFE_INTEGER

/** A reboot that was due before anything was done: installations are not allowed before it. */
export const servicingPending = 'componentBasedServicing' satisfies RebootCause
export const updatePending = 'windowsUpdate' satisfies RebootCause

const day = 24 * 3600_000

/** The machine as the scenario's first moment finds it. */
export function firstState(draws: Draws, planNow: number): MachineState {
  const upFor = Math.round((3 + 25 * draws.uniform('upFor', 'machine', 0)) * day)
  const offline = draws.happens('offlineBeforeStart', 'machine', 0)
  return {
    bootedAt: planNow - upFor,
    installed: [],
    downloaded: [],
    pendingReboot: draws.happens('pendingReboot', 'machine', 0) ? [servicingPending] : [],
    serviceDown: false,
    checkpoints: [],
    agentBackAt: offline ? never : 0,
    ...(offline ? { silence: draws.silence('machine', 0) } : {}),
  }
}

/** Text of the HOLD file that somebody has left on it. */
export function holdText(draws: Draws): string | undefined {
  return draws.happens('holdFile', 'machine', 0) ? 'Payroll runs until Monday. Ask accounting.' : undefined
}

/** Free bytes on the system disk. */
export function freeBytes(draws: Draws): number {
  const gibibytes = draws.happens('diskLow', 'machine', 0)
    ? 2
    : 25 + 200 * draws.uniform('disk', 'machine', 0)
  return Math.round(gibibytes * 1024 ** 3)
}

/** When its backup is done, plan ms after midnight: in the late evening or the night. */
export const backupEndsAt = (draws: Draws): number =>
  Math.round((20 + 6 * draws.uniform('backupHour', 'machine', 0)) * 3600_000)

/** Plan time of the newest restore point: last night's, an old one, or none. */
export function newestRestorePointAt(draws: Draws, planNow: number): number | null {
  if (draws.happens('backupMissing', 'machine', 0)) return null
  const atNight = backupEndsAt(draws)
  const newest = planNow - ((planNow - atNight + day) % day)
  const daysOld = draws.happens('backupTooOld', 'machine', 0)
    ? 2 + Math.floor(7 * draws.uniform('backupDays', 'machine', 0))
    : 0
  return newest - daysOld * day
}

/** Whether its agent was ever installed. */
export function isEnrolled(draws: Draws): boolean {
  return !draws.happens('notEnrolled', 'machine', 0)
}

/** Build with a revision that tells how many updates it has. */
export function buildOf(server: FleetServer, state: MachineState): string {
  return `${server.os.build}.${7000 + state.installed.length}`
}

/** The state in which nothing is said of it any more. */
export function without(state: MachineState, key: 'drained' | 'off'): MachineState {
  const { [key]: _, ...rest } = state
  return rest
}
