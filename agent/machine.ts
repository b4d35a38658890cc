import type { Command, Envelope } from '../orchestrations/contracts/command.ts'
import type { RefusalReason, Report } from '../orchestrations/contracts/report.ts'
import type { TaskKind } from '../orchestrations/contracts/tasks.ts'
import { effectKinds } from '../orchestrations/contracts/tasks.ts'
import type { ClientId, CommandId, ServerId } from '../orchestrations/domain/ids.ts'
import type { AcceptedFacts, JournalRecord } from './journal/records.ts'
import { startable } from './lanes.ts'
import { openEntries } from './state.ts'
import type { AgentState, OpenEntry } from './state.ts'
import type { Found, TaskOutcome } from './windows.ts'

/** Who this agent is and what it may do whoever signs it. */
export interface Self {
  readonly clientId: ClientId
  readonly serverId: ServerId
  readonly allowedKinds: ReadonlySet<TaskKind>
}

export interface Now {
  /** Wire time by the server's clock, epoch ms. */
  readonly wire: number
  /** Plan time, epoch ms. */
  readonly plan: number
}

/** What can happen to an agent's commands. */
export type Input =
  | { readonly kind: 'received'; readonly envelope: Envelope }
  /** An accepted command may have become startable. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'finished'; readonly commandId: CommandId; readonly outcome: TaskOutcome }
  /** The work failed in a way that doesn't tell whether it happened. */
  | { readonly kind: 'broke'; readonly commandId: CommandId; readonly message: string }
  | { readonly kind: 'found'; readonly commandId: CommandId; readonly found: Found }
  | { readonly kind: 'acknowledged'; readonly commandId: CommandId }
  | { readonly kind: 'epochLearned'; readonly epoch: number }
  | { readonly kind: 'fenceLearned'; readonly fence: number }

export type Action =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'begin'; readonly facts: AcceptedFacts }
  | { readonly kind: 'ignore'; readonly why: string }

/** Records are appended first, flushed when `durable`, then applied; only then come the actions. */
export interface Decision {
  readonly records: readonly JournalRecord[]
  readonly durable: boolean
  readonly actions: readonly Action[]
}

/** More open commands than a heartbeat can name are refused as `busy`. */
export const maxOpenCommands = 50

const nothing: Decision = { records: [], durable: false, actions: [] }

/** What an input means for an agent in this state. Pure. */
export function decide(self: Self, state: AgentState, input: Input, now: Now): Decision {
  switch (input.kind) {
    case 'received':
      return onEnvelope(self, state, input.envelope, now)
    case 'wake':
      return beginWhatMay(self, state, now)
    case 'finished':
      return onOpen(state, input.commandId, ({ facts }) => ended(facts, input.outcome, now))
    case 'broke':
      return onOpen(state, input.commandId, ({ facts }) => interrupted(facts, input.message, now))
    case 'found':
      return onOpen(state, input.commandId, ({ facts }) => onFound(facts, input.found, now))
    case 'acknowledged':
      return onAcknowledged(state, input.commandId)
    case 'epochLearned':
      return onEpoch(state, input.epoch)
    case 'fenceLearned':
      return onFence(self, state, input.fence)
  }
}

function onEnvelope(self: Self, state: AgentState, envelope: Envelope, now: Now): Decision {
  const ours = envelope.audience.clientId === self.clientId && envelope.audience.serverId === self.serverId
  switch (envelope.type) {
    case 'command':
      return onCommand(self, state, envelope, ours, now)
    case 'stop':
      return ours ? onEpoch(state, envelope.epoch) : ignore(`stop order for ${envelope.audience.serverId}`)
    case 'inquire':
      return ours
        ? onInquiry(state, envelope.commandId, now)
        : ignore(`inquiry for ${envelope.audience.serverId}`)
  }
}

function onCommand(self: Self, state: AgentState, command: Command, ours: boolean, now: Now): Decision {
  if (!ours) return refused(command, 'wrongAudience', `this is ${self.clientId} ${self.serverId}`, now)
  const seen = state.entries.get(command.commandId)
  if (seen !== undefined) return answerAgain(command, seen.kind === 'ended' ? seen.report : seen, now)
  const refusal = judge(self, state, command, now)
  if (refusal !== undefined) return refused(command, refusal.reason, refusal.message, now)
  const { commandId, task, subject, epoch, fence, notAfter, issuedAt } = command
  const facts: AcceptedFacts = {
    commandId,
    task,
    subject,
    epoch,
    fence,
    notAfter,
    issuedAt,
    acceptedAt: now.wire,
  }
  const records: JournalRecord[] = [{ type: 'accepted', facts }]
  // A newer epoch under a valid signature is news of a stop, wherever it was heard first. Clients that share
  // a Hyper-V host count their epochs apart: another client's number says nothing about this one.
  if (epoch > state.epoch && subject.clientId === self.clientId) records.push({ type: 'epoch', epoch })
  return { records, durable: true, actions: [] }
}

interface Refusal {
  readonly reason: RefusalReason
  readonly message: string
}

function judge(self: Self, state: AgentState, command: Command, now: Now): Refusal | undefined {
  const { task, epoch, fence, startBy, notAfter, subject } = command
  const lastFence = state.fences.get(subject.clientId) ?? 0
  if (!self.allowedKinds.has(task.kind))
    return { reason: 'kindNotAllowed', message: `${task.kind} is not allowed on this host` }
  if (epoch < state.epoch)
    return { reason: 'staleEpoch', message: `epoch ${epoch}, stopped up to ${state.epoch}` }
  if (fence < lastFence)
    return { reason: 'staleFence', message: `fence ${fence} of ${subject.clientId}, last seen ${lastFence}` }
  if (now.wire > startBy)
    return { reason: 'expired', message: `it is ${iso(now.wire)}, it was to start by ${iso(startBy)}` }
  if (now.plan > notAfter)
    return { reason: 'pastLatestStart', message: `it is ${iso(now.plan)}, latest start ${iso(notAfter)}` }
  if (openEntries(state).length >= maxOpenCommands)
    return { reason: 'busy', message: `${maxOpenCommands} commands are open` }
  return undefined
}

function onInquiry(state: AgentState, commandId: CommandId, now: Now): Decision {
  const entry = state.entries.get(commandId)
  if (entry?.kind === 'ended') return report(entry.report)
  if (entry !== undefined) return report(acceptedReport(entry.facts, now))
  return {
    records: [{ type: 'tombstone', commandId, at: now.wire }],
    durable: true,
    actions: [{ kind: 'report', report: { type: 'tombstone', commandId, at: now.wire } }],
  }
}

function answerAgain(command: Command, known: Report | OpenEntry, now: Now): Decision {
  if ('facts' in known) return report(acceptedReport(known.facts, now))
  if (known.type !== 'tombstone') return report(known)
  const { commandId, task } = command
  const message = `answered an inquiry with a tombstone at ${iso(known.at)}`
  return report({ type: 'refused', commandId, kind: task.kind, at: now.wire, reason: 'tombstoned', message })
}

/** What was queued behind other work is judged again when its turn comes: a stop or the night may have passed. */
function beginWhatMay(self: Self, state: AgentState, now: Now): Decision {
  const records: JournalRecord[] = []
  const actions: Action[] = []
  let anyRefused = false
  for (const facts of startable(state, self.serverId)) {
    const refusal = judgeAgain(state, facts, now)
    if (refusal === undefined) {
      records.push({ type: 'begun', commandId: facts.commandId })
      actions.push({ kind: 'begin', facts })
    } else {
      anyRefused = true
      const decision = refused(
        { commandId: facts.commandId, task: facts.task },
        refusal.reason,
        refusal.message,
        now,
      )
      records.push(...decision.records)
      actions.push(...decision.actions)
    }
  }
  return { records, durable: anyRefused, actions }
}

function judgeAgain(state: AgentState, facts: AcceptedFacts, now: Now): Refusal | undefined {
  if (facts.epoch < state.epoch)
    return { reason: 'staleEpoch', message: `stopped up to epoch ${state.epoch} before it began` }
  if (now.plan > facts.notAfter)
    return {
      reason: 'pastLatestStart',
      message: `its turn came at ${iso(now.plan)}, latest start ${iso(facts.notAfter)}`,
    }
  return undefined
}

function onFound(facts: AcceptedFacts, found: Found, now: Now): Decision {
  switch (found.kind) {
    case 'neverBegun':
      return { records: [{ type: 'neverBegun', commandId: facts.commandId }], durable: false, actions: [] }
    case 'running':
      return { records: [{ type: 'begun', commandId: facts.commandId }], durable: false, actions: [] }
    case 'ended':
      return ended(facts, found.outcome, now)
    case 'cannotTell':
      return interrupted(facts, found.message, now)
  }
}

function ended(facts: AcceptedFacts, outcome: TaskOutcome, now: Now): Decision {
  const about = {
    commandId: facts.commandId,
    kind: facts.task.kind,
    at: now.wire,
    acceptedAt: facts.acceptedAt,
  }
  return finalReport(
    outcome.kind === 'succeeded'
      ? { type: 'succeeded', ...about, result: outcome.result }
      : { type: 'failed', ...about, failure: outcome.failure },
    effectKinds.has(facts.task.kind),
  )
}

function interrupted(facts: AcceptedFacts, message: string, now: Now): Decision {
  const { commandId, task, acceptedAt } = facts
  return finalReport(
    {
      type: 'interrupted',
      commandId,
      kind: task.kind,
      at: now.wire,
      acceptedAt,
      message: message.slice(0, 2000),
    },
    true,
  )
}

function refused(
  about: { readonly commandId: CommandId; readonly task: { readonly kind: TaskKind } },
  reason: RefusalReason,
  message: string,
  now: Now,
): Decision {
  const { commandId, task } = about
  return finalReport({ type: 'refused', commandId, kind: task.kind, at: now.wire, reason, message }, true)
}

/** What only read may be done again after a power cut: its result needs no flush of its own. */
function finalReport(final: Report, durable: boolean): Decision {
  return {
    records: [{ type: 'ended', report: final }],
    durable,
    actions: [{ kind: 'report', report: final }],
  }
}

function onAcknowledged(state: AgentState, commandId: CommandId): Decision {
  const entry = state.entries.get(commandId)
  if (entry?.kind !== 'ended' || entry.acknowledged) return nothing
  return { records: [{ type: 'acknowledged', commandId }], durable: false, actions: [] }
}

function onEpoch(state: AgentState, epoch: number): Decision {
  if (epoch <= state.epoch) return nothing
  return { records: [{ type: 'epoch', epoch }], durable: true, actions: [] }
}

function onFence({ clientId }: Self, state: AgentState, fence: number): Decision {
  if (fence <= (state.fences.get(clientId) ?? 0)) return nothing
  return { records: [{ type: 'fence', clientId, fence }], durable: true, actions: [] }
}

function onOpen(state: AgentState, commandId: CommandId, then: (entry: OpenEntry) => Decision): Decision {
  const entry = state.entries.get(commandId)
  return entry === undefined || entry.kind === 'ended' ? nothing : then(entry)
}

/** Says that a command is in hand; sent when its end takes a while. */
export function acceptedReport(facts: AcceptedFacts, now: Now): Report {
  return { type: 'accepted', commandId: facts.commandId, kind: facts.task.kind, at: now.wire }
}

function report(again: Report): Decision {
  return { records: [], durable: false, actions: [{ kind: 'report', report: again }] }
}

function ignore(why: string): Decision {
  return { records: [], durable: false, actions: [{ kind: 'ignore', why }] }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
