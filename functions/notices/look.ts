import type { Notice } from '../../orchestrations/contracts/api.ts'
import type { CampaignHead, ClientRow, RingRow } from '../../orchestrations/contracts/board.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { WatchedCampaign, WatchRow } from '../adapters/tables/noticeRows.ts'
import { isActive } from '../control/activeCampaigns.ts'
import type { Services } from '../services.ts'
import { conditionsOf, type About, type Condition, type Now, type Seen } from './conditions.ts'
import { factsOf } from './facts.ts'
import { channelsOf } from './outlets.ts'
import { quarantineConditions } from './quarantined.ts'
import { stopConditions } from './stop.ts'

/**
 * One look at the truth: what holds now and was not told yet becomes a notice. Pulled, never pushed, so that no
 * campaign ever waits for it. Without an active campaign and a raised stop it makes four small reads and writes one row.
 */
export async function lookAround(services: Services): Promise<void> {
  const { notices } = services
  const now: Now = { wire: services.clocks.wire(), plan: services.clocks.plan() }
  const before = await notices.watch()
  const silence = await breakSilence(services, before, now)
  const control = await services.fleet.control()
  const seen = await lookAtCampaigns(services, before, now, control.raised !== undefined)
  const conditions = [
    ...(await stopConditions(services, before?.stop, control)),
    ...(await quarantineConditions(services, now)),
    ...seen.flatMap((one) => conditionsOf(one, now, silenceMsOf(services))),
  ]
  const { told, times } = await tell(services, before, conditions, now)
  await notices.putWatch({
    at: services.clocks.wire(),
    planAt: now.plan,
    stop: { epoch: control.epoch, raised: control.raised !== undefined },
    // An ended campaign was looked at for the last time.
    campaigns: seen.filter(({ head }) => !isOver(head)).map(({ watched }) => watched),
    told,
    times: withoutEnded(times, seen),
  })
  if (silence) await add(services, silence, now)
}

/** A look that fails is taken once more, and complained about; the next one is due in ten seconds anyway. */
export async function lookAgainOnce(services: Services, complain: (text: string) => void): Promise<void> {
  try {
    await lookAround(services)
  } catch (error) {
    complain(`notices: a look failed and is taken again: ${String(error)}`)
    await lookAround(services)
  }
}

/** How often something of a campaign came need not be known once it is over: none of it comes again. */
function withoutEnded(times: WatchRow['times'], seen: readonly Seen[]): WatchRow['times'] {
  const ended = seen.flatMap(({ head }) => (isOver(head) ? [`.${head.campaignId}.`] : []))
  return Object.fromEntries(Object.entries(times).filter(([key]) => !ended.some((id) => key.includes(id))))
}

/** A cancelled campaign is over once what was under way has finished. */
const isOver = (head: CampaignHead): head is CampaignHead & { readonly endedAt: number } =>
  head.endedAt !== undefined && (head.state.kind === 'ended' || head.state.kind === 'cancelled')
const silenceMsOf = (services: Services): number => services.settings.ATLAS_SILENCE_SECONDS * 1000

/** Nobody looked for too long: that is told first, and that it is over once this look has gone well. */
async function breakSilence(
  services: Services,
  before: WatchRow | undefined,
  now: Now,
): Promise<Condition | undefined> {
  if (!before || now.wire - before.at <= silenceMsOf(services)) return undefined
  const key = String(Math.floor(before.at))
  const minutes = Math.round((now.wire - before.at) / 60_000)
  const about: About = { kind: 'silence', reason: reason('silence', { sinceAt: before.planAt }) }
  await add(services, { key: `silence.${key}`, once: true, about }, now)
  return {
    key: `silenceOver.${key}`,
    once: true,
    about: { kind: 'silenceOver', reason: reason('silenceOver', { minutes }) },
  }
}

/** Campaigns that are active, and those that have ended since the last look: a short one may have begun since as well. */
async function lookAtCampaigns(
  services: Services,
  before: WatchRow | undefined,
  now: Now,
  stopped: boolean,
): Promise<Seen[]> {
  const known = new Map(before?.campaigns.map((one) => [one.campaignId, one]))
  // Who never looked before has told nothing of what has ended.
  const lastLook = before?.planAt ?? 0
  // Read together and not from memory: what is in neither of two lists would never be told.
  const heads = await services.campaigns.heads()
  const isNews = (head: CampaignHead): boolean =>
    isOver(head) && (known.has(head.campaignId) || head.endedAt >= lastLook)
  return Promise.all(
    heads
      .filter((head) => isActive(head) || isNews(head))
      .map(async (head): Promise<Seen> => {
        const { campaignId } = head
        const rings = await services.campaigns.rings(campaignId)
        const rows = await services.campaigns.clients(campaignId)
        const { settings } = await services.campaigns.planHeader(campaignId)
        const last = known.get(campaignId)
        const watched: WatchedCampaign = {
          campaignId,
          clients: await factsOf(services, campaignId, rows, last?.clients ?? {}),
          still: stillOf(last, head, rings, rows, now),
        }
        return { head, settings, rings, rows, watched, stopped }
      }),
  )
}

/** Every change of a client raises its revision, so that their sum stands for all of them. */
function stillOf(
  last: WatchedCampaign | undefined,
  head: CampaignHead,
  rings: readonly RingRow[],
  rows: readonly ClientRow[],
  now: Now,
): WatchedCampaign['still'] {
  const revisions = rows.reduce((sum, row) => sum + row.revision, 0)
  const mark = [head.state.kind, ...rings.map(({ state }) => state.kind), revisions].join(' ')
  return last?.still.mark === mark ? last.still : { mark, ...now }
}

/** Makes notices of what was not told yet; what no longer holds may come again. */
async function tell(
  services: Services,
  before: WatchRow | undefined,
  conditions: readonly Condition[],
  now: Now,
): Promise<Pick<WatchRow, 'told' | 'times'>> {
  const told = new Set(before?.told)
  const times = { ...before?.times }
  for (const condition of conditions) {
    if (told.has(condition.key)) continue
    if (!condition.once) times[condition.key] = (times[condition.key] ?? 0) + 1
    await add(services, condition, now, times[condition.key])
  }
  return { told: [...new Set(conditions.map(({ key }) => key))], times }
}

async function add(services: Services, { key, about }: Condition, now: Now, time?: number): Promise<void> {
  const notice: Notice = {
    id: time === undefined ? key : `${key}.${time}`,
    at: now.wire,
    planAt: now.plan,
    ...about,
    deliveries: channelsOf(services).map((channel) => ({ kind: 'waiting', channel, attempts: 0 })),
  }
  await services.notices.add(notice)
}
