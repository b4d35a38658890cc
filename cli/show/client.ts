import type { ClientShow } from '../../orchestrations/contracts/api.ts'
import type { Clocks } from '../../orchestrations/contracts/board.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { checkpointLines, heldJobLines, waiverLines } from './waivers.ts'
import type { Reader } from './reader.ts'
import { ringName } from './ringState.ts'
import { serverListLines } from './serverList.ts'
import { table } from './table.ts'
import { dayTime, timeRange } from './times.ts'

const windowsShown = 3

/** A client apart from any campaign: windows, control, lock, exclusion; its servers unless a campaign shows them. */
export function clientShowLines(
  client: ClientShow,
  { plan }: Clocks,
  outer: Reader,
  servers?: 'inCampaign',
): string[] {
  const reader = { ...outer, zone: client.zone }
  const { t, paint } = reader
  return [
    `${paint('bold', client.name)}  ${client.clientId}  ${t.ring} ${ringName(client.ring, reader)}`,
    ...table(facts(client, plan, reader)),
    ...(client.emergency ? [paint('red', `■ ${t.emergencyReached}`)] : []),
    ...checkpointLines(client.checkpoints, reader),
    ...heldJobLines(client.heldJobs, reader),
    ...(client.waivers.length > 0 ? [paint('bold', t.waivers), ...waiverLines(client.waivers, reader)] : []),
    ...(servers ? [] : ['', ...serverListLines(client.servers, reader, 'oneClient')]),
  ]
}

function facts(client: ClientShow, now: number, reader: Reader): string[][] {
  const { t, language, zone } = reader
  const { excluded, lock, freezeDates } = client
  const next = client.nextWindows.filter(({ end }) => end > now).slice(0, windowsShown)
  const rows: (readonly [string, string | undefined])[] = [
    [t.state, controlText(client.control, reader)],
    [
      t.exclusion,
      excluded &&
        t.excludedBy(
          excluded.actor,
          excluded.reason,
          excluded.until && dayTime(excluded.until, language, zone),
        ),
    ],
    [
      t.nextWindows,
      next.map(({ start, end }) => timeRange(start, end, language, zone)).join('; ') || t.noWindow,
    ],
    [t.freeze, freezeDates.length === 0 ? undefined : freezeDates.join(', ')],
    [
      t.lock,
      lock.owner && t.lockedBy(lock.owner, lock.fence, lock.since && dayTime(lock.since, language, zone)),
    ],
    [t.contact, client.contact],
    [t.zone, client.zone],
    [t.atOnce, String(client.maxParallelServers)],
  ]
  return rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[`  ${name}`, value]]))
}

/** Running, paused or stopped; by whom, why, until when. */
export function controlText(control: ClientShow['control'], { t, language, zone }: Reader): string {
  const words = wordsOf(language).clients
  if (control.kind === 'running') return t.free
  const said = t.by(words[control.kind], control.actor, control.reason)
  const until = control.kind === 'paused' ? control.until : undefined
  return until === undefined ? said : t.until(said, dayTime(until, language, zone))
}
