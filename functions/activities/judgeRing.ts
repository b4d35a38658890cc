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
  const own = rows.filter((row) => clients.has(row.clientId))
  const tally = tallyOf(own, ringRow)
  await services.campaigns.changeRing(campaignId, ring, (row) => {
    if (row.state.kind !== 'running') return undefined
    const next = judged(row, own, tally, plan.settings)
    return next.state.kind === 'running' && next.acknowledged === row.acknowledged ? undefined : next
  })
}

/** What the breaker says of a ring that has begun, from the truth: it decides once a hold is taken back. */
export async function judgement(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
): Promise<(row: RingRow) => RingRow> {
  const plan = await services.campaigns.planHeader(campaignId)
  const own = await freshRows(services, campaignId, clientsIn(plan, ring))
  return (row) => judged(row, own, tallyOf(own, row), plan.settings)
}

/** Running or tripped. What an operator accepted and what hasn't been mended since counts no more. */
function judged(
  row: RingRow,
  own: readonly ClientRow[],
  tally: RingTally,
  settings: PlanHeader['settings'],
): RingRow {
  const accepted = standing(row.acknowledgedPlaces ?? {}, own)
  const state = judge(without(tally, accepted, own), settings)
  return { ...row, ...acknowledgement(accepted), state }
}

/** By client, places of servers in its cells. */
type Places = Readonly<Record<ClientId, readonly number[]>>

const failing = new Set(['failed', 'rolledBack', 'needsOperator', 'unknown'])

const isFailing = (cells: string, place: number): boolean => {
  const letter = cells.charAt(place)
  return letter !== '' && failing.has(cellName(letter))
}

/** All failures and unknowns of a ring as the breaker counts them, from the truth, as a ring's row accepts them. */
export async function acknowledgeAll(
  services: Services,
  campaignId: CampaignId,
  ring: RingNumber,
): Promise<Pick<RingRow, 'acknowledged' | 'acknowledgedPlaces'>> {
  const clients = clientsIn(await services.campaigns.planHeader(campaignId), ring)
  const rows = await freshRows(services, campaignId, clients)
  return acknowledgement(
    Object.fromEntries(
      rows.map(({ clientId, cells }) => [
        clientId,
        Array.from(cells, (_, place) => place).filter((place) => isFailing(cells, place)),
      ]),
    ),
  )
}

function acknowledgement(places: Places): Pick<RingRow, 'acknowledged' | 'acknowledgedPlaces'> {
  const named = Object.entries(places).filter(([, own]) => own.length > 0)
  return {
    acknowledged: named.reduce((sum, [, own]) => sum + own.length, 0),
    acknowledgedPlaces: Object.fromEntries(named.map(([clientId, own]) => [clientId, [...own]])),
  }
}

/** What has been mended since is accepted no longer: the next failure of that server is a new one. */
function standing(accepted: Places, rows: readonly ClientRow[]): Places {
  const cellsOf = new Map(rows.map(({ clientId, cells }) => [clientId, cells]))
  return Object.fromEntries(
    rows.flatMap(({ clientId }) => {
      const own = accepted[clientId]?.filter((place) => isFailing(cellsOf.get(clientId) ?? '', place)) ?? []
      return own.length > 0 ? [[clientId, own]] : []
    }),
  )
}

/** The ring as if what an operator accepted, when promoting it after it had tripped, had not been. */
function without(tally: RingTally, accepted: Places, rows: readonly ClientRow[]): RingTally {
  const byOutcome = { ...tally.byOutcome }
  let { unknown } = tally
  for (const { clientId, cells } of rows) {
    for (const place of accepted[clientId] ?? []) {
      const name = cellName(cells.charAt(place))
      if (name === 'unknown') unknown--
      else if (name !== 'running' && name !== 'pending') byOutcome[name]--
    }
  }
  return { ...tally, byOutcome, unknown }
}

/** A server of a ring gets its place back: however it ends now is judged, also where its failure was accepted. */
export async function judgeAnew(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
  place: number,
): Promise<void> {
  const { rings } = await services.campaigns.planHeader(campaignId)
  const ring = rings.find(({ clients }) => clients.includes(clientId))?.ring
  if (ring === undefined) return
  await services.campaigns.changeRing(campaignId, ring, ({ acknowledgedPlaces = {}, ...row }) => {
    const own = acknowledgedPlaces[clientId]
    if (!own?.includes(place)) return undefined
    const left = { ...acknowledgedPlaces, [clientId]: own.filter((one) => one !== place) }
    return { ...row, ...acknowledgement(left) }
  })
}
