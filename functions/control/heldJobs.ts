import { taskResults } from '../../orchestrations/contracts/tasks.ts'
import type { ServerId } from '../../orchestrations/domain/ids.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import { hourMs } from '../../orchestrations/domain/time.ts'
import type { CommandSpec } from '../../orchestrations/steps/catalogue.ts'
import type { Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type CommandRow, type HeldJobsRow } from '../adapters/tables/rows.ts'

/** No server takes so long: whoever held its jobs has forgotten them. Plan ms. */
const longestHoldMs = 12 * hourMs

/** Jobs are in the books before any of them can be disabled. */
export function holdTo(partition: Partition, spec: CommandSpec, row: CommandRow): Write[] {
  if (spec.task.kind !== 'holdJobs') return []
  const { serverId, on, campaignId } = spec
  const before = partition.heldJobsOf(serverId, on)
  const known = new Map([...(before?.jobs ?? []), ...(spec.holds ?? [])].map((job) => [job.id, job]))
  const standing: HeldJobsRow = {
    serverId,
    host: partition.server(serverId)?.server.host ?? spec.task.params.target,
    on,
    campaignId,
    jobs: [...known.values()],
    heldAt: before?.heldAt ?? row.issuedPlanAt,
    dueAt: row.issuedPlanAt + longestHoldMs,
    heldBy: before?.heldBy ?? row.commandId,
  }
  return [{ rowKey: rowKeys.heldJobs(serverId, on), value: standing }]
}

/**
 * What the backup server says of it: which jobs are held, that none is, or that they are released. Until then the
 * books say why not.
 */
export function afterHold(partition: Partition, { kind, subject, on, commandId, end }: CommandRow): Write[] {
  if (kind !== 'holdJobs' && kind !== 'releaseJobs') return []
  const standing = partition.heldJobsOf(subject, on)
  if (!standing || !end) return []
  const rowKey = rowKeys.heldJobs(subject, on)
  const gone: Write = { rowKey, value: undefined, mode: 'delete' }
  if (kind === 'releaseJobs') {
    if (end.type === 'succeeded') return [gone]
    const message = 'message' in end ? end.message : end.type === 'failed' ? end.failure.message : end.type
    return [{ rowKey, value: { ...standing, problem: problemOf(partition, standing, message) } }]
  }
  // Never begun, and nothing held before it.
  if (end.type === 'refused' || end.type === 'tombstone') return standing.heldBy === commandId ? [gone] : []
  if (end.type !== 'succeeded') return []
  const { data } = taskResults.holdJobs.safeParse(end.result)
  if (!data) return []
  return data.held.length === 0 ? [gone] : [{ rowKey, value: { ...standing, jobs: data.held } }]
}

/** A server's story is over and its jobs are still held: nobody but the clean-up or a human lets go of them. */
export function leftHeld(partition: Partition, serverId: ServerId): Write[] {
  return partition
    .heldJobs()
    .filter((one) => one.serverId === serverId && one.problem === undefined)
    .map((one) => ({
      rowKey: rowKeys.heldJobs(one.serverId, one.on),
      value: { ...one, problem: problemOf(partition, one) } satisfies HeldJobsRow,
    }))
}

/** Jobs that nobody lets go of any more. */
export const isLeft = ({ problem, dueAt }: HeldJobsRow, now: number): boolean =>
  problem !== undefined || dueAt <= now

/** What is held where, for whom; why it could not be released. */
export function problemOf(
  partition: Partition,
  { on, host, jobs }: Pick<HeldJobsRow, 'on' | 'host' | 'jobs'>,
  message?: string,
): Reason {
  const names = jobs.map(({ name }) => name).join(', ')
  return reason('jobHeld', {
    server: partition.server(on)?.server.host ?? on,
    host,
    job: names.slice(0, 500),
    ...(message === undefined ? {} : { message: message.slice(0, 300) }),
  })
}
