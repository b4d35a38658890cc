import type { Client, Server } from '../domain/fleet.ts'
import { outcomeKinds, type OutcomeKind, type RunState, type UpdateResult } from '../domain/outcomes.ts'
import { reason, type Reason } from '../domain/reasons.ts'
import type { Occurrence } from '../domain/occurrence.ts'
import type { ReportedClient, ReportedServer, CampaignReport } from './api/report.ts'
import type { HeldJobs, StandingCheckpoint, Waiver } from './api/servers.ts'
import type { CampaignHead } from './board.ts'
import type { TaskKind } from './tasks.ts'

/** What a report is made of; the rows of table `Clients` fit. Times are plan time, epoch ms. */
export interface ReportedRun {
  readonly serverId: Server['serverId']
  readonly state: RunState
  readonly attempts: number
  readonly updates: readonly UpdateResult[]
  readonly build?: string | undefined
}
export interface ReportedCommand {
  readonly subject: Server['serverId']
  readonly kind: TaskKind
  readonly issuedPlanAt: number
  readonly endedPlanAt?: number | undefined
  /** Of an inspection: the build that it found. */
  readonly buildFound?: string | undefined
}
export interface ClientFacts {
  readonly config: Client
  readonly servers: readonly Server[]
  readonly runs: readonly ReportedRun[]
  readonly commands: readonly ReportedCommand[]
  readonly waivers: readonly Waiver[]
  readonly checkpoints: readonly StandingCheckpoint[]
  readonly heldJobs: readonly HeldJobs[]
  /** Why no command goes to a server. */
  readonly quarantined: ReadonlyMap<Server['serverId'], Reason>
  /** Its openings that are still to come; empty when the campaign has ended. */
  readonly windows: readonly Occurrence[]
}

/** One client's part of a report, its servers in plan order. `now`: plan time. */
export function reportedClient(facts: ClientFacts, now: number): ReportedClient {
  const { clientId, name, ring, zone, contact } = facts.config
  const known = new Map(facts.servers.map((server) => [server.serverId, server]))
  const byServer = Map.groupBy(facts.commands, ({ subject }) => subject)
  const next = facts.windows.find(({ start }) => start > now)?.start
  return {
    clientId,
    name,
    ring,
    zone,
    ...(contact === undefined ? {} : { contact }),
    counts: countsOf(facts.runs.map(({ state }) => state)),
    servers: facts.runs.map((run) =>
      reportedServer(run, known.get(run.serverId), byServer.get(run.serverId) ?? [], next),
    ),
    open: openItems(facts, known),
  }
}

function reportedServer(
  run: ReportedRun,
  server: Server | undefined,
  commands: readonly ReportedCommand[],
  nextWindow: number | undefined,
): ReportedServer {
  const { serverId, state, attempts, updates, build } = run
  const before = commands.find(({ buildFound }) => buildFound !== undefined)?.buildFound
  const down = downtimeMs(commands)
  const nextAt = isDone(state) ? undefined : nextTry(state, nextWindow)
  return {
    serverId,
    host: server?.host ?? serverId,
    role: server?.role ?? 'other',
    ...(server?.os === undefined ? {} : { os: server.os }),
    state,
    updates: [...updates],
    ...(before === undefined ? {} : { buildBefore: before }),
    ...(build === undefined ? {} : { build }),
    attempts,
    ...(down === undefined ? {} : { downtimeMs: down }),
    ...(nextAt === undefined ? {} : { nextAt }),
  }
}

/** Updated and verified, or nothing was to be done. */
export const isDone = (state: RunState): boolean => state.kind === 'ended' && state.outcome === 'succeeded'

/** What an operator has to decide has no date of its own. */
function nextTry(state: RunState, nextWindow: number | undefined): number | undefined {
  if (state.kind !== 'ended') return state.kind === 'pending' ? nextWindow : undefined
  return state.nextAt ?? (waits.has(state.outcome) ? nextWindow : undefined)
}
const waits: ReadonlySet<OutcomeKind> = new Set(['carriedOver', 'offlineBeforeStart'])

/** From the issue of each restart or restore to its end; undefined when there was none. */
function downtimeMs(commands: readonly ReportedCommand[]): number | undefined {
  const down = commands.filter(({ kind }) => kind === 'reboot' || kind === 'restoreCheckpoint')
  const ended = down.flatMap(({ issuedPlanAt, endedPlanAt }) =>
    endedPlanAt === undefined ? [] : [endedPlanAt - issuedPlanAt],
  )
  return ended.length === 0 ? undefined : ended.reduce((sum, ms) => sum + Math.max(0, ms), 0)
}

function openItems(
  { runs, waivers, checkpoints, heldJobs, quarantined }: ClientFacts,
  known: ReadonlyMap<string, Server>,
): ReportedClient['open'] {
  const hostOf = (id: Server['serverId']) => known.get(id)?.host ?? id
  const needy = runs.flatMap(({ serverId, state }) => {
    const asks = state.kind === 'unknown' || (state.kind === 'ended' && state.outcome === 'needsOperator')
    if (!asks) return []
    return [{ serverId, host: hostOf(serverId), reason: state.reason ?? reason('internalError') }]
  })
  const left = checkpoints.map(({ serverId, host, createdAt, dueAt, problem }) => ({
    serverId,
    host,
    reason: problem ?? reason('checkpointStands', { host, createdAt, dueAt }),
  }))
  const held = heldJobs.flatMap(({ serverId, host, problem }) =>
    problem === undefined ? [] : [{ serverId, host, reason: problem }],
  )
  const waived = waivers.map(({ serverId, host, until, reason: why }) => ({
    serverId,
    host,
    reason: reason('waiverEnds', { untilAt: until, reason: why }),
  }))
  const locked = [...quarantined].map(([serverId, why]) => ({
    serverId,
    host: hostOf(serverId),
    reason: why,
  }))
  return [...needy, ...locked, ...held, ...left, ...waived]
}

/** The whole report. `generatedAt`: plan time; `clientId`: the client that it is for. */
export function reportOf(
  campaign: CampaignHead,
  clients: readonly ReportedClient[],
  generatedAt: number,
  clientId?: CampaignReport['clientId'],
): CampaignReport {
  const servers = clients.flatMap((client) => client.servers)
  return {
    campaign,
    generatedAt,
    ...(clientId === undefined ? {} : { clientId }),
    counts: countsOf(servers.map(({ state }) => state)),
    servers: servers.length,
    updates: updatesOf(clients),
    clients: [...clients],
  }
}

function countsOf(states: readonly RunState[]): CampaignReport['counts'] {
  const counts: CampaignReport['counts'] = {}
  for (const state of states)
    if (state.kind === 'ended') counts[state.outcome] = (counts[state.outcome] ?? 0) + 1
  return Object.fromEntries(
    outcomeKinds.flatMap((kind) => (counts[kind] === undefined ? [] : [[kind, counts[kind]]])),
  )
}

/** By KB, those that failed somewhere first. */
function updatesOf(clients: readonly ReportedClient[]): CampaignReport['updates'] {
  const byKb = new Map<string, { title: string; succeeded: number; failed: number; clients: Set<string> }>()
  for (const { clientId, servers } of clients) {
    for (const { kb, title, result } of servers.flatMap((server) => server.updates)) {
      const line = byKb.get(kb) ?? { title, succeeded: 0, failed: 0, clients: new Set<string>() }
      byKb.set(kb, line)
      if (isInstalled(result)) line.succeeded += 1
      else if (result !== 'notStarted') line.failed += 1
      line.clients.add(clientId)
    }
  }
  return [...byKb]
    .map(([kb, line]) => ({ kb, ...line, clients: line.clients.size }))
    .sort((a, b) => b.failed - a.failed || (a.kb < b.kb ? -1 : 1))
}

export const isInstalled = (result: UpdateResult['result']): boolean =>
  result === 'succeeded' || result === 'succeededWithErrors'

/** Finds any of these names as whole words, whatever their case. */
export function namesIn(names: readonly string[]): RegExp {
  const escaped = names
    .filter((name) => name.trim() !== '')
    .map((name) => name.trim().replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
  const any = escaped.length === 0 ? '(?!)' : `(?:${escaped.join('|')})`
  return new RegExp(`(?<![\\p{L}\\p{N}])${any}(?![\\p{L}\\p{N}])`, 'iu')
}

/**
 * For readers who may not know of other clients: drops whatever part of a reason names one of them. A sentence
 * without its part stays whole (contracts/words).
 */
export function withoutNames(client: ReportedClient, others: RegExp): ReportedClient {
  const clean = (why: Reason): Reason => {
    const params = Object.entries(why.params ?? {}).filter(
      ([, value]) => typeof value === 'number' || !others.test(value),
    )
    return { code: why.code, params: Object.fromEntries(params) }
  }
  const cleanState = (state: RunState): RunState => {
    if (state.kind === 'unknown') return { ...state, reason: clean(state.reason) }
    if (state.kind !== 'ended') return state
    const { failure, reason: why, ...rest } = state
    return {
      ...rest,
      ...(why ? { reason: clean(why) } : {}),
      ...(failure && !others.test(failure.message) ? { failure } : {}),
    }
  }
  return {
    ...client,
    servers: client.servers.map((server) => ({ ...server, state: cleanState(server.state) })),
    open: client.open.map((item) => ({ ...item, reason: clean(item.reason) })),
  }
}
