import type { HeldJobs, StandingCheckpoint, Waiver } from '../../orchestrations/contracts/api.ts'
import { why, type Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

export function waiverLines(waivers: readonly Waiver[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  return table([
    [t.server, t.validUntil, t.who, t.why].map((title) => paint('dim', title)),
    ...waivers.map(({ serverId, until, actor, reason }) => [
      serverId,
      dayTime(until, language, zone),
      actor,
      reason,
    ]),
  ])
}

export function waivedText({ until, actor, reason }: Waiver, { t, language, zone }: Reader): string {
  return t.by(t.waivedUntil(dayTime(until, language, zone)), actor, reason)
}

/** What stands on a host, since when, when it goes, and why it hasn't. */
export function checkpointLines(checkpoints: readonly StandingCheckpoint[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  if (checkpoints.length === 0) return []
  return [
    paint('bold', t.checkpoints),
    ...table(
      checkpoints.map((one) => [
        `  ${one.host}`,
        t.onHost(one.on),
        t.standsSince(dayTime(one.createdAt, language, zone), dayTime(one.dueAt, language, zone)),
        one.problem ? why(one.problem, reader) : '',
      ]),
    ),
  ]
}

/** Whose backup jobs are held where, since when, and why still. */
export function heldJobLines(held: readonly HeldJobs[], reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  if (held.length === 0) return []
  return [
    paint('bold', t.heldJobs),
    ...table(
      held.map((one) => [
        `  ${one.host}`,
        t.onHost(one.on),
        t.heldSince(dayTime(one.heldAt, language, zone)),
        one.problem ? why(one.problem, reader) : one.jobs.map(({ name }) => name).join(', '),
      ]),
    ),
  ]
}
