import { isUnderWay } from '../../orchestrations/domain/outcomes.ts'
import { serverInstanceOf, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { PlannedServer } from '../../orchestrations/domain/plan.ts'
import type { Reason } from '../../orchestrations/domain/reasons.ts'
import { latestStart, reservesOf } from '../../orchestrations/domain/schedule.ts'
import { decideTurn, type TurnDecision, type TurnRecord } from '../../orchestrations/domain/turn.ts'
import { mended } from '../../orchestrations/domain/turnFailures.ts'
import type { ServerInput, Turn, TurnInput } from '../../orchestrations/steps/catalogue.ts'
import { maxRowsPerTransaction, type Decision, type Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type RunRow } from '../adapters/tables/rows.ts'
import type { Hold } from '../board/clientRow.ts'
import type { Services } from '../services.ts'
import { placeAgain, putRun, runOf } from './runs.ts'
import { approvalFor } from './proof.ts'
import { releaseUnused, reserve } from './sharedHost.ts'
import { campaignPlan, surroundingsOf, turnFacts, type Surroundings } from './turnFacts.ts'

const actor = 'atlas'

/** With what its servers may get. */
type Around = Surroundings &
  Pick<ServerInput, 'purpose' | 'approval'> & {
    readonly waits: Map<ServerId, Reason>
    /** Shared hosts that this turn has reserved with their other clients. */
    readonly reserved: Set<ServerId>
  }

type Outcome =
  | { readonly kind: 'again' }
  | { readonly kind: 'reserve'; readonly host: PlannedServer; readonly round: number }
  | { readonly kind: 'decided'; readonly turn: Turn }

/** Decides what a client does next and writes it down; see the step of the same name. */
export async function takeTurn(services: Services, input: TurnInput): Promise<Turn> {
  const { campaignId, clientId } = input
  const plan = await campaignPlan(services, campaignId, clientId)
  if (!plan) throw new Error(`Client ${clientId} is not in the plan of campaign ${campaignId}`)
  const around: Around = {
    ...(await surroundingsOf(services, campaignId, clientId, input.ring)),
    purpose: plan.purpose,
    approval: await approvalFor(services, campaignId, input.ring, plan),
    waits: new Map(),
    reserved: new Set(),
  }
  const turn = `p${input.pass}.${input.turn}`
  for (;;) {
    const outcome = await services.clients.transact(clientId, { campaign: campaignId }, (partition) =>
      turnOn(services, partition, input, around),
    )
    if (outcome.kind === 'reserve') {
      const { host, round } = outcome
      const claim = { campaignId, hostServerId: host.serverId, round, turn }
      const why = await reserve(services, claim, host.sharedWith ?? [])
      if (why) around.waits.set(host.serverId, why)
      else around.reserved.add(host.serverId)
    }
    if (outcome.kind === 'decided') {
      const started = outcome.turn.kind === 'start' ? outcome.turn.server.serverId : undefined
      await releaseUnused(services, { campaignId, turn }, around.planned, started)
      if (outcome.turn.kind === 'finish') await services.live.flush(campaignId, clientId)
      return outcome.turn
    }
  }
}

function turnOn(
  services: Services,
  partition: Partition,
  input: TurnInput,
  around: Around,
): Decision<Outcome> {
  const { campaignId, clientId, pass } = input
  const now = services.clocks.plan()
  const runs = partition.runs(campaignId)
  if (runs.length < around.planned.servers.length) return enter(input, runs, around)
  const mine = runs.find((run) => run.pass === pass && run.turn === input.turn && run.state.kind !== 'ended')
  if (mine) return { kind: 'nothing', value: decided(startOf(partition, input, around, mine.serverId)) }
  const due = runs.filter((run) => run.pass < pass && isCarriedOver(run))
  if (due.length > 0) return reopen(input, due)
  const goesOn = around.head.state.kind === 'running' ? mended(runs) : []
  if (goesOn.length > 0) return reopen(input, goesOn)

  const decision = decideTurn(turnFacts(partition, campaignId, around, now), around.settings, now)
  services.live.hold(
    campaignId,
    clientId,
    holdOf(decision, partition, around.settings.lockTimeoutSeconds, now),
  )
  switch (decision.kind) {
    case 'start':
      return (
        toReserve(partition, input, around, decision.serverId) ??
        start(partition, input, around, decision.serverId, now)
      )
    case 'record':
      return record(partition, input, decision.records, now)
    case 'hold':
      return release(partition, input, decided({ kind: 'hold' }))
    case 'finish':
      return release(partition, input, decided({ kind: 'finish' }))
  }
}

const decided = (turn: Turn): Outcome => ({ kind: 'decided', turn })
const isCarriedOver = (run: RunRow): boolean =>
  run.state.kind === 'ended' && run.state.outcome === 'carriedOver'

/** A hold for the board. Another campaign's lock never expires, but past the lock time-out a human is asked. */
export function holdOf(
  decision: TurnDecision,
  partition: Pick<Partition, 'lock'>,
  lockTimeoutSeconds: number,
  now: number,
): Hold | undefined {
  if (decision.kind !== 'hold') return undefined
  const { reason, until } = decision
  const asksAt = (partition.lock().since ?? now) + lockTimeoutSeconds * 1000
  const asks = reason.code === 'lockedByOther' && now >= asksAt
  return { reason, ...(until === undefined ? {} : { until }), ...(asks ? { asks } : {}) }
}

/** The client's servers get their places in the campaign, as many at a time as a transaction takes. */
function enter(input: TurnInput, runs: readonly RunRow[], around: Around): Decision<Outcome> {
  const known = new Set(runs.map((run) => run.serverId))
  const missing = around.planned.servers.filter((server) => !known.has(server.serverId))
  const rows = missing.slice(0, maxRowsPerTransaction).map((server): Write => {
    const run: RunRow = {
      campaignId: input.campaignId,
      serverId: server.serverId,
      order: server.order,
      state: { kind: 'pending' },
      attempts: 0,
      updates: [],
      pass: input.pass,
    }
    return { ...putRun(run), mode: 'insert' }
  })
  const ledger = {
    actor,
    action: 'client.entered',
    object: input.campaignId,
    detail: { servers: rows.length },
  }
  return { kind: 'write', rows, ledger, value: { kind: 'again' } }
}

/** A further window, or a failure that was mended: what waited for it gets its place back. */
function reopen(input: TurnInput, due: readonly RunRow[]): Decision<Outcome> {
  const rows = due
    .slice(0, maxRowsPerTransaction)
    .map((run) => putRun({ ...placeAgain(run, { kind: 'pending' }), pass: input.pass }))
  const ledger = {
    actor,
    action: 'client.reopened',
    object: input.campaignId,
    detail: { servers: rows.length },
  }
  return { kind: 'write', rows, ledger, value: { kind: 'again' } }
}

/** A host that other clients' servers run on is reserved with them before anything is written of its start. */
function toReserve(
  partition: Partition,
  { campaignId }: TurnInput,
  { planned, reserved }: Around,
  serverId: ServerId,
): Decision<Outcome> | undefined {
  const host = planned.servers.find((server) => server.serverId === serverId)
  if (!host?.sharedWith || reserved.has(serverId)) return undefined
  const { round = 0 } = runOf(partition, campaignId, serverId)
  return { kind: 'nothing', value: { kind: 'reserve', host, round } }
}

function start(
  partition: Partition,
  input: TurnInput,
  around: Around,
  serverId: ServerId,
  now: number,
): Decision<Outcome> {
  const { campaignId, pass, turn } = input
  const run = runOf(partition, campaignId, serverId)
  const lock = partition.lock()
  const held = lock.owner === campaignId ? lock : { owner: campaignId, fence: lock.fence + 1, since: now }
  const running: RunRow = {
    ...run,
    pass,
    turn,
    attempts: run.attempts + 1,
    state: { kind: 'running', step: 'inspect', startedAt: now, stepAt: now },
  }
  const rows = [putRun(running), ...(held === lock ? [] : [{ rowKey: rowKeys.lock, value: held }])]
  return {
    kind: 'write',
    rows,
    ledger: { actor, action: 'server.started', object: serverId, detail: { fence: held.fence } },
    value: decided(startOf(partition, input, around, serverId, held.fence, now)),
  }
}

function startOf(
  partition: Partition,
  input: TurnInput,
  around: Around,
  serverId: ServerId,
  fence = partition.lock().fence,
  startedAt?: number,
): Turn {
  const planned = around.planned.servers.find((server) => server.serverId === serverId)
  if (!planned) throw new Error(`Server ${serverId} is not in the plan of campaign ${input.campaignId}`)
  const server: ServerInput = {
    campaignId: input.campaignId,
    clientId: input.clientId,
    ring: input.ring,
    serverId,
    ...instanceOf(partition, input, serverId),
    host: planned.host,
    kind: planned.kind,
    role: planned.role,
    ...(planned.runsOn === undefined ? {} : { runsOn: planned.runsOn }),
    ...(planned.backupServer === undefined ? {} : { backupServer: planned.backupServer }),
    ...(planned.probes === undefined ? {} : { probes: planned.probes }),
    fence,
    purpose: around.purpose,
    approval: around.approval,
    ...boundsOf(partition, input, around, serverId, startedAt),
    ...waiverOf(partition, serverId),
    settings: around.settings,
  }
  return { kind: 'start', server }
}

/** Until when it may be begun, and until when anything on it: of the opening in which it was started. */
function boundsOf(
  partition: Partition,
  { campaignId }: TurnInput,
  { planned, settings }: Around,
  serverId: ServerId,
  startedAt?: number,
): Pick<ServerInput, 'windowEnd' | 'latestStart'> {
  const { state } = runOf(partition, campaignId, serverId)
  const at = startedAt ?? ('startedAt' in state ? state.startedAt : undefined)
  const windows = planned.servers.find((server) => server.serverId === serverId)?.windows ?? planned.windows
  const open = windows.find((window) => at !== undefined && window.start <= at && at < window.end)
  return open ? { windowEnd: open.end, latestStart: latestStart(open, reservesOf(settings)) } : {}
}

function waiverOf(partition: Partition, serverId: ServerId): Pick<ServerInput, 'waiver'> {
  const waiver = partition.server(serverId)?.waiver
  return waiver ? { waiver: { until: waiver.until, reason: waiver.reason, actor: waiver.actor } } : {}
}

/** The story that updates it; repeated turns name the same one. */
function instanceOf(partition: Partition, { campaignId, pass }: TurnInput, serverId: ServerId) {
  const { round = 0 } = runOf(partition, campaignId, serverId)
  return { round, instanceId: serverInstanceOf({ campaignId, serverId, pass, round }) }
}

/** Servers that won't be started (now) get their outcome. */
function record(
  partition: Partition,
  input: TurnInput,
  records: readonly TurnRecord[],
  now: number,
): Decision<Outcome> {
  const rows = records.slice(0, maxRowsPerTransaction).map(({ serverId, outcome, reason, nextAt }) => {
    const run = runOf(partition, input.campaignId, serverId)
    const ended = {
      kind: 'ended',
      outcome,
      reason,
      endedAt: now,
      ...(nextAt === undefined ? {} : { nextAt }),
    } as const
    return putRun({ ...run, pass: input.pass, state: ended })
  })
  const first = records[0]
  const ledger = {
    actor,
    action: `server.${first?.outcome ?? 'recorded'}`,
    object: records
      .map((row) => row.serverId)
      .join(' ')
      .slice(0, 1000),
    detail: { reason: first?.reason.code ?? '' },
  }
  return { kind: 'write', rows, ledger, value: { kind: 'again' } }
}

/** The lock is given back before anything is waited for; it is kept while a server is under way. */
function release(partition: Partition, input: TurnInput, value: Outcome): Decision<Outcome> {
  const lock = partition.lock()
  const underWay = partition.runs(input.campaignId).some((run) => isUnderWay(run.state))
  if (lock.owner !== input.campaignId || underWay) return { kind: 'nothing', value }
  return {
    kind: 'write',
    rows: [{ rowKey: rowKeys.lock, value: { fence: lock.fence } }],
    ledger: { actor, action: 'lock.released', object: input.campaignId, detail: { fence: lock.fence } },
    value,
  }
}
