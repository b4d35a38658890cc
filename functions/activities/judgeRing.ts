import { cellName } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, RingNumber } from '../../orchestrations/domain/ids.ts'
import { outcomeKinds, type OutcomeKind } from '../../orchestrations/domain/outcomes.ts'
import { judgeRing as judge, type RingTally } from '../../orchestrations/domain/ring.ts'
import type { Services } from '../services.ts'

/** Where a ring's servers are, from its clients' summaries and, for those without one yet, from the plan. */
export async function tallyOfRing(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
): Promise<RingTally> {
  const [rows, row] = await Promise.all([
    services.campaigns.clients(campaignId),
    services.campaigns.ring(campaignId, ring),
  ])
  const byOutcome = Object.fromEntries(outcomeKinds.map((kind) => [kind, 0])) as Record<OutcomeKind, number>
  let running = 0
  let unknown = 0
  let seen = 0
  let pending = 0
  for (const letter of rows
    .filter((client) => client.ring === ring)
    .flatMap((client) => client.cells.split(''))) {
    seen++
    const name = cellName(letter)
    if (name === 'running') running++
    else if (name === 'unknown') unknown++
    else if (name === 'pending') pending++
    else byOutcome[name]++
  }
  return { total: row.servers, byOutcome, unknown, running, pending: pending + row.servers - seen }
}

/** Runs after every end that is no success: the breaker's verdict goes to the ring's row under If-Match. */
export async function judgeRing(services: Services, campaignId: CampaignId, ring: RingNumber): Promise<void> {
  const { settings } = await services.campaigns.planHeader(campaignId)
  const tally = await tallyOfRing(services, campaignId, ring)
  await services.campaigns.changeRing(campaignId, ring, (row) => {
    if (row.state.kind !== 'running') return undefined
    const verdict = judge(withoutAcknowledged(tally, row.acknowledged), settings)
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
