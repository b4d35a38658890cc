import { decideGate } from '../../orchestrations/domain/ring.ts'
import { decideTurn } from '../../orchestrations/domain/turn.ts'
import type {
  CampaignId,
  ClientId,
  CommandId,
  RingNumber,
  ServerId,
} from '../../orchestrations/domain/ids.ts'
import type { Reason } from '../../orchestrations/domain/reasons.ts'
import { isStopped } from '../../orchestrations/domain/control.ts'
import type { Peek, Subject } from '../../orchestrations/steps/catalogue.ts'
import type { RingRow, RingState } from '../../orchestrations/contracts/board.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { Services } from '../services.ts'
import { exactTally } from './judgeRing.ts'
import { askAround } from './probe.ts'
import { isOfOlderStory } from './runs.ts'
import { holdOf } from './takeTurn.ts'
import { whyNotReserved } from './sharedHost.ts'
import { surroundingsOf, turnFacts, type Surroundings } from './turnFacts.ts'

const go: Peek = { kind: 'go' }
const hold = (until?: number): Peek => (until === undefined ? { kind: 'hold' } : { kind: 'hold', until })

/** Whether a wait is over; see the step of the same name. */
export async function peek(
  services: Services,
  input: { campaignId: CampaignId; subject: Subject; instanceId: string },
): Promise<Peek> {
  const { campaignId, subject } = input
  await services.campaigns.setWaiter(campaignId, waiterKey(subject, input.instanceId), input.instanceId)
  switch (subject.kind) {
    case 'idle':
      return peekIdle(services, campaignId)
    case 'window':
      return peekWindow(services, campaignId, subject.until)
    case 'ring':
      return peekRing(services, campaignId, subject.ring)
    case 'gate':
      return peekGate(services, campaignId, subject.ring)
    case 'client':
      return peekClient(services, campaignId, subject)
    case 'stop':
      return peekStop(services, subject)
    case 'command':
      return peekCommand(services, campaignId, subject)
  }
}

/** Where a control finds the instance that it wakes. Several of a client's servers may wait for a stop's end. */
export function waiterKey(subject: Subject, instanceId: string): string {
  switch (subject.kind) {
    case 'idle':
    case 'window':
      return subject.kind
    case 'ring':
    case 'gate':
      return `${subject.kind}-${subject.ring}`
    case 'client':
      return `${clientWaiters(subject.clientId)}${subject.lane}`
    case 'stop':
      return `${stopWaiters(subject.clientId)}${instanceId}`
    case 'command':
      return commandWaiter(subject.commandId)
  }
}

/** What the keys of a client's waiters begin with. */
export const clientWaiters = (clientId: ClientId): string => `client-${clientId}:`
export const stopWaiters = (clientId: ClientId): string => `stop-${clientId}:`
export const commandWaiter = (commandId: CommandId): string => `command-${commandId}`

/** Servers that got their place back may be at work in stories beside the rings' own. */
async function peekIdle(services: Services, campaignId: CampaignId): Promise<Peek> {
  const rows = await services.campaigns.clients(campaignId)
  return rows.some(({ cells }) => /[pru]/.test(cells)) ? hold() : go
}

async function peekWindow(services: Services, campaignId: CampaignId, until: number): Promise<Peek> {
  const head = await services.campaigns.head(campaignId)
  return head?.state.kind === 'cancelled' || services.clocks.plan() >= until ? go : hold(until)
}

/** A ring starts when the one before has passed, nobody holds it, and somebody or the settings promote it. */
async function peekRing(services: Services, campaignId: CampaignId, ring: RingNumber): Promise<Peek> {
  const { settings } = await services.campaigns.planHeader(campaignId)
  const head = await services.campaigns.head(campaignId)
  if (head?.state.kind === 'paused') return hold()
  // Its clients only record that they won't be started.
  if (head?.state.kind === 'cancelled') return go
  const rows = await services.campaigns.rings(campaignId)
  const first = rows.every((row) => row.ring >= ring || row.servers === 0)
  const row = await services.campaigns.changeRing(campaignId, ring, (current) => {
    const needsPromote = !first && !settings.autoPromote && current.promotedBy === undefined
    return needsPromote && current.state.kind === 'waiting'
      ? { ...current, state: { kind: 'waitsForPromote' } }
      : undefined
  })
  if (row.state.kind === 'held') return hold()
  return row.state.kind === 'waitsForPromote' && row.promotedBy === undefined ? hold() : go
}

async function peekGate(services: Services, campaignId: CampaignId, ring: RingNumber): Promise<Peek> {
  const head = await services.campaigns.head(campaignId)
  if (head?.state.kind === 'cancelled') return go
  const { settings } = await services.campaigns.planHeader(campaignId)
  const now = services.clocks.plan()
  const rows = await services.campaigns.rings(campaignId)
  const tally = await exactTally(services, campaignId, ring)
  const promoted = rows.some((row) => row.promotedBy !== undefined && row.ring > ring)
  let answer: Peek = hold()
  await services.campaigns.changeRing(campaignId, ring, (row) => {
    if (row.state.kind === 'passed') {
      answer = go
      return undefined
    }
    const verdict = row.state.kind === 'tripped' ? row.state : ({ kind: 'running' } as const)
    const facts = {
      tally,
      verdict,
      endedAt: row.endedAt,
      held: row.state.kind === 'held',
      promoted: promoted || row.promotedBy !== undefined,
    }
    const decision = decideGate(facts, ring, settings, now)
    switch (decision.kind) {
      case 'pass':
        answer = go
        return { ...row, state: { kind: 'passed', at: now } }
      case 'soak':
        answer = hold(decision.until)
        return changed(row, { kind: 'soaking', until: decision.until })
      case 'hold':
        return row.state.kind === 'held' || row.state.kind === 'tripped'
          ? undefined
          : changed(row, { kind: 'gateHeld', reason: decision.reason })
      case 'wait':
        // What it held or soaked for is being tried again: nothing waits for an operator now.
        return row.state.kind === 'gateHeld' || row.state.kind === 'soaking'
          ? { ...row, state: { kind: 'running' } }
          : undefined
    }
  })
  return answer
}

const changed = (row: RingRow, state: RingState): RingRow | undefined =>
  JSON.stringify(row.state) === JSON.stringify(state) ? undefined : { ...row, state }

async function peekClient(
  services: Services,
  campaignId: CampaignId,
  subject: Extract<Subject, { kind: 'client' }>,
): Promise<Peek> {
  const { clientId } = subject
  const waits = new Map<ServerId, Reason>()
  const around = { ...(await surroundingsOf(services, campaignId, clientId, subject.ring)), waits }
  for (;;) {
    const { answer, host } = await services.clients.read(clientId, { campaign: campaignId }, (partition) => {
      const now = services.clocks.plan()
      const decision = decideTurn(turnFacts(partition, campaignId, around, now), around.settings, now)
      services.live.hold(
        campaignId,
        clientId,
        holdOf(decision, partition, around.settings.lockTimeoutSeconds, now),
      )
      return {
        answer: decision.kind === 'hold' ? hold(decision.until) : go,
        host:
          decision.kind === 'start'
            ? sharedHostOf(partition, campaignId, around, decision.serverId)
            : undefined,
      }
    })
    const why = host && (await whyNotReserved(services, { campaignId, ...host }, host.sharedWith))
    if (!why) return answer
    waits.set(host.hostServerId, why)
  }
}

function sharedHostOf(
  partition: Partition,
  campaignId: CampaignId,
  { planned }: Surroundings,
  hostServerId: ServerId,
) {
  const host = planned.servers.find(({ serverId }) => serverId === hostServerId)
  if (!host?.sharedWith) return undefined
  const round = partition.run(campaignId, hostServerId)?.round ?? 0
  return { hostServerId, round, sharedWith: host.sharedWith }
}

async function peekStop(services: Services, subject: Extract<Subject, { kind: 'stop' }>): Promise<Peek> {
  return services.clients.read(subject.clientId, {}, (partition) => {
    return isStopped(partition.control(), services.clocks.plan()) ? hold() : go
  })
}

/** Over when the command has ended, or its server has: an operator said how it is. */
async function peekCommand(
  services: Services,
  campaignId: CampaignId,
  subject: Extract<Subject, { kind: 'command' }>,
): Promise<Peek> {
  const { clientId, commandId, until } = subject
  if (services.clocks.plan() >= until) return go
  const needs = { campaign: campaignId, commands: [commandId] }
  const seen = await services.clients.read(clientId, needs, (partition): Peek => {
    const command = partition.command(commandId)
    if (!command || command.end !== undefined) return go
    return isOfOlderStory(partition.run(campaignId, command.subject), command.instanceId) ? go : hold(until)
  })
  // Whoever can't be asked is asked at the next look: nothing waits for an answer.
  if (seen.kind === 'hold') await askAround(services, campaignId, clientId, commandId).catch(() => undefined)
  return seen
}
