import { cellName, type ClientRow, type RingRow } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId, RingNumber } from '../../orchestrations/domain/ids.ts'
import { judgeRing as judge, noOutcomes, type RingTally } from '../../orchestrations/domain/ring.ts'
import type { PlanHeader } from '../adapters/tables/rows.ts'
import { freshRows } from '../board/freshRows.ts'
import type { Services } from '../services.ts'

/** Where a ring's servers are, from the truth: dear, for what may not err. */
export async function exactTally(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
): Promise<RingTally> {
  const row = await services.campaigns.ring(campaignId, ring)
  const clients = clientsIn(await services.campaigns.planHeader(campaignId), ring)
  return tallyOf(await freshRows(services, campaignId, clients), row)
}

const clientsIn = (plan: PlanHeader, ring: RingNumber): readonly ClientId[] =>
  plan.rings.flatMap((planned) => (planned.ring === ring ? planned.clients : []))

/** Servers of clients without a line yet are pending. */
function tallyOf(rows: readonly ClientRow[], { servers }: RingRow): RingTally {
  const byOutcome = noOutcomes()
  const counts = { running: 0, unknown: 0, pending: 0 }
  let seen = 0
  for (const letter of rows.flatMap((client) => client.cells.split(''))) {
    seen++
    const name = cellName(letter)
    if (name === 'running' || name === 'unknown' || name === 'pending') counts[name]++
    else byOutcome[name]++
  }
  // A late joiner has its line before the ring's row counts it.
  const total = Math.max(servers, seen)
  return { ...counts, total, byOutcome, pending: counts.pending + total - seen }
}

/**
 * Runs after every end that is no success: the breaker's verdict goes to the ring's row under If-Match. The
 * client's own line is stored before the ring's are read, so that of two failures at once the later sees both.
 */
export async function judgeRing(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
  clientId: ClientId,
): Promise<void> {
  await freshRows(services, campaignId, [clientId])
  const [plan, rows, ringRow] = await Promise.all([
    services.campaigns.planHeader(campaignId),
    services.campaigns.clients(campaignId),
    services.campaigns.ring(campaignId, ring),
  ])
  const clients = new Set(clientsIn(plan, ring))
  const tally = tallyOf(
    rows.filter((row) => clients.has(row.clientId)),
    ringRow,
  )
  await services.campaigns.changeRing(campaignId, ring, (row) => {
    if (row.state.kind !== 'running') return undefined
    const verdict = judge(withoutAcknowledged(tally, row.acknowledged), plan.settings)
    return verdict.kind === 'tripped' ? { ...row, state: verdict } : undefined
  })
}

/** Failures that an operator accepted when promoting a tripped ring are taken off, worst named ones first. */
function withoutAcknowledged(tally: RingTally, acknowledged: number): RingTally {
  let left = acknowledged
  const byOutcome = { ...tally.byOutcome }
  for (const kind of ['failed', 'rolledBack', 'needsOperator'] as const) {
    const taken = Math.min(left, byOutcome[kind])
    byOutcome[kind] -= taken
    left -= taken
  }
  const unknown = Math.max(0, tally.unknown - left)
  return { ...tally, byOutcome, unknown }
}

/** Failures and unknowns of a ring as the breaker counts them. */
export function failuresOf(tally: RingTally): number {
  const { failed, rolledBack, needsOperator } = tally.byOutcome
  return failed + rolledBack + needsOperator + tally.unknown
}
