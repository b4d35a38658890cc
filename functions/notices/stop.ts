import { fleetLedger } from '../../orchestrations/domain/ids.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { FleetControl } from '../adapters/tables/fleetStore.ts'
import type { WatchRow } from '../adapters/tables/noticeRows.ts'
import type { Services } from '../services.ts'
import type { Condition } from './conditions.ts'

const linesLookedAt = 50

/** The emergency stop, its release, and one that was raised and released between two looks. */
export async function stopConditions(
  services: Services,
  before: WatchRow['stop'],
  control: FleetControl,
): Promise<Condition[]> {
  const { epoch, raised } = control
  if (raised) {
    const why = reason('stopRaised', { actor: raised.actor, reason: raised.reason })
    return [{ key: `stopRaised.${epoch}`, once: true, about: { kind: 'stopRaised', reason: why } }]
  }
  if (!before || (!before.raised && before.epoch === epoch)) return []
  const missed: Condition = {
    key: `stopRaised.${epoch}`,
    once: true,
    about: { kind: 'stopRaised', reason: await wordsOf(services, 'stopRaised', 'stop.raised') },
  }
  const released: Condition = {
    key: `stopReleased.${epoch}`,
    once: true,
    about: { kind: 'stopReleased', reason: await wordsOf(services, 'stopReleased', 'stop.released') },
  }
  return before.raised ? [released] : [missed, released]
}

/** Who did it and why, from the fleet's ledger; without them where it doesn't say. */
async function wordsOf(services: Services, code: Reason['code'], action: string): Promise<Reason> {
  const head = await services.clients.read(fleetLedger, {}, (partition) => partition.head)
  const from = Math.max(0, head.sequence - linesLookedAt)
  const lines = await services.history.read(fleetLedger, from, linesLookedAt)
  const line = lines.findLast((one) => one.action === action)
  return line ? reason(code, { actor: line.actor, ...line.detail }) : reason(code)
}
