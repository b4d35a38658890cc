import { mostInDigest, type Channel, type Delivery, type Notice } from '../../orchestrations/contracts/api.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { OutboxRow } from '../adapters/tables/noticeRows.ts'
import { sha256 } from '../adapters/tables/ledger.ts'
import type { Services } from '../services.ts'
import { linkOf } from './link.ts'
import type { Told } from './message.ts'
import { sendThrough } from './send.ts'

const capWindowMs = 10 * 60_000
const urgent: ReadonlySet<Notice['kind']> = new Set(['stopRaised', 'stopReleased', 'breakerTripped'])
/** The fleet's report goes with it: a digest would lose that. */
const withReport: Notice['kind'] = 'campaignEnded'
/** Wire ms: ten seconds, then three times as long each, up to half an hour: two hours in all. */
const firstPauseMs = 10_000
const longestPauseMs = 30 * 60_000
const mostAttempts = 9

/**
 * Sends what a channel's outbox holds: the urgent at once, the rest within the cap, what is beyond it as one digest,
 * and a campaign's end, whatever the cap.
 * Each sending is written down before it is begun and after it has ended; a process that dies in between sends it
 * again, with the same Message-ID or webhook id. After a failure the channel rests until the next call.
 */
export async function deliver(
  services: Services,
  channel: Channel,
  complain: (text: string) => void,
): Promise<void> {
  const rows = await services.notices.outbox(channel)
  if (rows.length === 0) return
  const now = services.clocks.wire()
  const due = (await withoutDigested(services, rows)).filter(({ nextAt }) => nextAt <= now)
  const isUrgent = ({ kind }: OutboxRow) => urgent.has(kind)
  for (const row of due.filter(isUrgent)) if (!(await sendOne(services, row, complain))) return

  const counted = (await services.notices.sentAt(channel)).filter((at) => at > now - capWindowMs)
  const budget = services.settings.ATLAS_NOTICE_CAP - counted.length
  const chosen = await withinCap(
    services,
    channel,
    due.filter((row) => !isUrgent(row) && row.kind !== withReport),
    budget,
  )
  for (const row of chosen) {
    if (!(await sendOne(services, row, complain))) return
    counted.push(services.clocks.wire())
    await services.notices.putSentAt(channel, counted)
  }
  for (const row of due.filter(({ kind }) => kind === withReport))
    if (!(await sendOne(services, row, complain))) return
}

/** A digest was made and the process died before its notices left the outbox: they do now. */
async function withoutDigested(services: Services, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
  const digests = rows.filter(({ kind }) => kind === 'digest')
  const found = await Promise.all(digests.map(({ id }) => services.notices.find(id)))
  const covered = new Set(found.flatMap((row) => row?.items ?? []))
  for (const row of rows.filter(({ id }) => covered.has(id))) await fold(services, row)
  return rows.filter(({ id }) => !covered.has(id))
}

const fold = (services: Services, row: OutboxRow): Promise<void> =>
  services.notices.settle(row, { kind: 'capped', channel: row.channel })

/** As many as the cap allows. What is beyond is put together in a digest, which takes the last place. */
async function withinCap(
  services: Services,
  channel: Channel,
  rows: readonly OutboxRow[],
  budget: number,
): Promise<OutboxRow[]> {
  if (rows.length <= budget) return [...rows]
  if (budget < 1) return []
  const digests = rows.filter(({ kind }) => kind === 'digest')
  const single = rows.filter(({ kind }) => kind !== 'digest')
  const kept = Math.max(0, budget - digests.length - 1)
  const beyond = single.slice(kept)
  const digest =
    digests.length < budget && beyond.length > 1 ? [await makeDigest(services, channel, beyond)] : []
  return [...digests, ...single.slice(0, kept), ...digest].slice(0, budget)
}

async function makeDigest(
  services: Services,
  channel: Channel,
  rows: readonly OutboxRow[],
): Promise<OutboxRow> {
  const items = rows.map(({ id }) => id)
  const notice: Notice = {
    id: `digest.${channel}.${sha256(items.join('\n')).slice(0, 32)}`,
    kind: 'digest',
    at: services.clocks.wire(),
    planAt: services.clocks.plan(),
    reason: reason('digestOf', { notices: items.length }),
    deliveries: [{ kind: 'waiting', channel, attempts: 0 }],
  }
  await services.notices.add(notice, items)
  for (const row of rows) await fold(services, row)
  const { id, kind, at } = notice
  return { id, channel, kind, at, attempts: 0, nextAt: 0, done: [] }
}

/** Answers whether it went out. */
async function sendOne(
  services: Services,
  row: OutboxRow,
  complain: (text: string) => void,
): Promise<boolean> {
  const { channel, id } = row
  const attempts = row.attempts + 1
  const pause = Math.min(longestPauseMs, firstPauseMs * 3 ** row.attempts)
  const begun = { ...row, attempts, nextAt: services.clocks.wire() + pause }
  await services.notices.putOutbox(begun)
  const end = await attempt(services, begun, complain)
  if (end.kind === 'sent') {
    await services.notices.settle(begun, end)
    return true
  }
  if (end.kind === 'failed') complain(`notice ${id} by ${channel}, attempt ${attempts}: ${end.error}`)
  if (end.kind === 'failed' && attempts < mostAttempts)
    await services.notices.say(begun, { kind: 'waiting', channel, attempts })
  else await services.notices.settle(begun, end)
  return false
}

async function attempt(
  services: Services,
  row: OutboxRow,
  complain: (text: string) => void,
): Promise<Delivery> {
  const { channel, attempts } = row
  try {
    const told = await toldOf(services, row.id)
    if (!told) throw new Error('its notice is gone')
    const refused = await sendThrough(services, channel, told, row)
    if (refused.length > 0) complain(`notice ${row.id}: the mail server refused ${refused.join(', ')}`)
    return { kind: 'sent', channel, at: services.clocks.wire() }
  } catch (error) {
    const text = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    return { kind: 'failed', channel, at: services.clocks.wire(), attempts, error: text }
  }
}

async function toldOf(services: Services, id: string): Promise<Told | undefined> {
  const row = await services.notices.find(id)
  if (!row) return undefined
  const { notice, items = [] } = row
  const found = await Promise.all(items.slice(0, mostInDigest).map((item) => services.notices.find(item)))
  const link = linkOf(services.settings, notice)
  return {
    notice,
    test: false,
    items: found.flatMap((one) => (one ? [one.notice] : [])),
    ...(link === undefined ? {} : { link }),
    zone: services.settings.ATLAS_ZONE,
    withReport: notice.kind === withReport,
  }
}
