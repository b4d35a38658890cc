import { effectKinds, parseTaskResult } from '../../../../orchestrations/contracts/tasks.ts'
import type { Draws } from '../draws.ts'
import { absence } from './absence.ts'
import { never, newestRestorePointAt } from './state.ts'
import type { WorkRow } from './store.ts'

export type Phase = 'begun' | 'ended' | 'seen'
export type DrawsOf = (serverId: string) => Draws

/** The lines that a task leaves, as far as it has got. */
export function phasesOf({ task, outcome }: WorkRow): readonly Phase[] {
  if (effectKinds.has(task.kind)) return outcome === undefined ? ['begun'] : ['begun', 'ended']
  const looks = task.kind === 'verify' || (task.kind === 'inspect' && task.params.what === 'server')
  return looks && outcome !== undefined ? ['seen'] : []
}

/** Plan time, epoch ms. An inspection counts from its beginning: that is when a server's turn began. */
export function momentOf({ task, begunAt, endsAt }: WorkRow, phase: Phase): number {
  return phase === 'begun' || task.kind === 'inspect' ? begunAt : endsAt
}

/**
 * What the machine itself knows, beyond what was asked of it. Made of nothing but the task, its outcome and the
 * draws, so that a line written again after a kill says the same.
 */
export function detailsOf(row: WorkRow, phase: Phase, draws: Draws): Readonly<Record<string, unknown>> {
  switch (phase) {
    case 'begun':
      return row.task.kind === 'install' ? { backupAt: newestRestorePointAt(draws, row.begunAt) } : {}
    case 'seen':
      return row.task.kind === 'verify' ? verified(row) : {}
    case 'ended':
      return { ...endOf(row), ...backAt(row, draws) }
  }
}

/** Whether it did what was asked; where it didn't, why. */
function endOf({ task, outcome }: WorkRow): { ok: boolean; code?: string; reboots?: number } {
  if (outcome?.kind === 'failed') return { ok: false, code: outcome.failure.hresult ?? outcome.failure.code }
  if (outcome === undefined) return { ok: false }
  switch (task.kind) {
    case 'install': {
      const { updates } = parseTaskResult('install', outcome.result)
      const bad = updates.find(({ result }) => result !== 'succeeded')
      return bad === undefined ? { ok: true } : { ok: false, code: `${bad.kb} ${bad.hresult ?? bad.result}` }
    }
    case 'uninstall':
      return { ok: parseTaskResult('uninstall', outcome.result).notRemovable.length === 0 }
    case 'reboot':
      return { ok: true, reboots: parseTaskResult('reboot', outcome.result).reboots }
    default:
      return { ok: true }
  }
}

function verified({ task, outcome }: WorkRow) {
  if (task.kind !== 'verify' || outcome?.kind !== 'succeeded') return { healthy: false, asked: 0, left: 0 }
  const { healthy, stillOffered, pendingReboot } = parseTaskResult('verify', outcome.result)
  return { healthy, asked: task.params.updates.length, left: stillOffered.length + pendingReboot.length }
}

/** When the machine can be spoken to again, plan time; null: never. */
function backAt(row: WorkRow, draws: Draws): { backAt?: number | null } {
  const away = absence(row, draws)
  if (away === undefined || away.until <= row.endsAt) return {}
  return { backAt: away.until === never ? null : away.until }
}
