import type { TodoKind } from '../../orchestrations/contracts/api.ts'
import type { Clocks } from '../adapters/clock.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import { dayMs } from '../../orchestrations/domain/time.ts'
import { briefly } from '../briefly.ts'
import type { Services } from '../services.ts'
import type { OpenItem } from './openItem.ts'
import { standingFacts, type Standing } from './standing.ts'
import { campaignItems } from './todoCampaigns.ts'
import { waitingEnrolments } from './waitingEnrolments.ts'

/** The most urgent first: what stops everything, then servers, then clients, then what only comes to an end. */
const urgency: readonly TodoKind[] = [
  'stopRaised',
  'needsOperator',
  'unknown',
  'quarantined',
  'lockTimeout',
  'ringWaits',
  'approvalWaiting',
  'clientStopped',
  'clientPaused',
  'vmOnPartner',
  'jobHeld',
  'checkpointLeft',
  'updateBlocked',
  'enrolmentWaiting',
  'waiverEnding',
]
/** A waiver is spoken of this long before its end, plan ms; one for a night only in its last quarter. */
const waiverNoticeMs = (lastsMs: number): number => Math.min(dayMs, lastsMs / 4)

/** Everything that waits for a human, fleet-wide, at most 2 s old: derived from the truth, stored nowhere. */
export const openItems = briefly<OpenItem[]>(2_000, async (services) => {
  const [standing, campaigns, fleet] = await Promise.all([
    standingFacts(services),
    campaignItems(services),
    fleetItems(services),
  ])
  const now = services.clocks.plan()
  const items = [...fleet, ...campaigns, ...standing.flatMap((client) => clientItems(client, now))]
  return items.sort(
    (a, b) =>
      urgency.indexOf(a.kind) - urgency.indexOf(b.kind) || a.since - b.since || (a.id < b.id ? -1 : 1),
  )
})

async function fleetItems(services: Services): Promise<OpenItem[]> {
  const found = await Promise.all([
    stopItems(services),
    updateItems(services),
    approvalItems(services),
    enrolmentItems(services),
  ])
  return found.flat()
}

async function approvalItems(services: Services): Promise<OpenItem[]> {
  const now = services.clocks.wire()
  return (await services.approvals.list())
    .filter(([, { state, expiresAt }]) => state.kind === 'waiting' && expiresAt > now)
    .map(([, { approvalId, action, requestedBy, requestedAt, expiresAt }]) => ({
      id: `approvalWaiting.${approvalId}`,
      kind: 'approvalWaiting',
      reason: reason('approvalWaits', { actor: requestedBy, action }),
      since: planTimeOf(services.clocks, requestedAt),
      until: services.clocks.plan() + (expiresAt - now) * services.clocks.speed,
    }))
}

async function updateItems(services: Services): Promise<OpenItem[]> {
  return [...(await services.updates.blocked())].map(([kb, { actor, reason: why, at }]) => ({
    id: `updateBlocked.${kb}`,
    kind: 'updateBlocked',
    reason: reason('updateBlocked', { kb, actor, reason: why }),
    since: at,
  }))
}

async function stopItems(services: Services): Promise<OpenItem[]> {
  const { epoch, raised } = await services.fleet.control()
  if (!raised) return []
  const { actor, reason: why, at } = raised
  return [
    {
      id: `stopRaised.${epoch}`,
      kind: 'stopRaised',
      reason: reason('stopRaised', { actor, ...(why === '' ? {} : { reason: why }) }),
      since: planTimeOf(services.clocks, at),
    },
  ]
}

/** Hosts that asked to be enrolled and that nobody has let in. */
async function enrolmentItems(services: Services): Promise<OpenItem[]> {
  return (await waitingEnrolments(services)).map(({ enrolmentId, clientId, host, askedAt }) => ({
    id: `enrolmentWaiting.${enrolmentId}`,
    kind: 'enrolmentWaiting',
    reason: reason('enrolmentWaits', { host }),
    since: planTimeOf(services.clocks, askedAt),
    clientId,
    host,
  }))
}

/** The plan time of a wire time that is past. */
export const planTimeOf = (clocks: Clocks, wire: number): number =>
  clocks.plan() - Math.max(0, clocks.wire() - wire) * clocks.speed

function clientItems(client: Standing, now: number): OpenItem[] {
  const about = { clientId: client.clientId, clientName: client.name }
  return [
    ...controlItems(client, about),
    ...quarantineItems(client, about),
    ...checkpointItems(client, about, now),
    ...jobItems(client, about),
    ...waiverItems(client, about, now),
  ]
}

function quarantineItems({ quarantined }: Standing, about: About): OpenItem[] {
  return quarantined.map(({ serverId, host, reason: why }) => ({
    id: `quarantined.${serverId}`,
    kind: 'quarantined',
    reason: why,
    since: Number(why.params?.['sinceAt'] ?? 0),
    serverId,
    host,
    ...about,
  }))
}

/** Those that were to be gone by now. */
function checkpointItems({ checkpoints }: Standing, about: About, now: number): OpenItem[] {
  return checkpoints
    .filter(({ dueAt, problem }) => problem !== undefined || dueAt <= now)
    .map(({ name, serverId, host, campaignId, createdAt, dueAt, problem }) => ({
      id: `checkpointLeft.${name}`,
      kind: 'checkpointLeft',
      reason: problem ?? reason('checkpointStands', { host, createdAt, dueAt }),
      since: createdAt,
      campaignId,
      serverId,
      host,
      ...about,
    }))
}

function jobItems({ jobsLeft }: Standing, about: About): OpenItem[] {
  return jobsLeft.map(({ serverId, host, on, campaignId, heldAt, problem }) => ({
    id: `jobHeld.${serverId}.${on}`,
    kind: 'jobHeld',
    reason: problem,
    since: heldAt,
    campaignId,
    serverId,
    host,
    ...about,
  }))
}

type About = Pick<OpenItem, 'clientId' | 'clientName'>

function controlItems({ clientId, control }: Standing, about: About): OpenItem[] {
  if (control.kind === 'running') return []
  const { actor, reason: why, at } = control
  const params = { actor, ...(why === '' ? {} : { reason: why }) }
  const since = at ?? 0
  if (control.kind === 'stopped')
    return [
      {
        id: `clientStopped.${clientId}`,
        kind: 'clientStopped',
        reason: reason('clientStopped', params),
        since,
        ...about,
      },
    ]
  const { until } = control
  return [
    {
      id: `clientPaused.${clientId}`,
      kind: 'clientPaused',
      reason: reason('clientPaused', { ...params, ...(until === undefined ? {} : { untilAt: until }) }),
      since,
      ...(until === undefined ? {} : { until }),
      ...about,
    },
  ]
}

function waiverItems({ waivers }: Standing, about: About, now: number): OpenItem[] {
  return waivers
    .filter(({ until, at }) => until > now && until - now <= waiverNoticeMs(until - at))
    .map(({ serverId, host, until, reason: why, at }) => ({
      id: `waiverEnding.${serverId}`,
      kind: 'waiverEnding',
      reason: reason('waiverEnds', { untilAt: until, reason: why }),
      since: at,
      until,
      serverId,
      host,
      ...about,
    }))
}
