import { randomUUID } from 'node:crypto'
import type { Envelope } from '../orchestrations/contracts/command.ts'
import type { Report } from '../orchestrations/contracts/report.ts'
import type { CommandId } from '../orchestrations/domain/ids.ts'
import type { AgentDependencies } from './dependencies.ts'
import { compactRecords } from './journal/compact.ts'
import { JournalUnwritable } from './journal/journal.ts'
import type { AcceptedFacts, JournalRecord } from './journal/records.ts'
import { decide } from './machine.ts'
import type { Action, Decision, Input, Self } from './machine.ts'
import { afterRestart, apply, emptyState, openEntries } from './state.ts'
import type { AgentState } from './state.ts'
import type { Settlement } from './transport/transport.ts'
import type { Found, TaskOutcome } from './windows.ts'

/** A journal larger than this is compacted at the agent's start, in bytes. */
const compactAbove = 128 * 1024

/**
 * Carries decisions of the machine out: journal, then state, then actions. Holds no timer and no connection.
 * `report` takes what is to be told; nothing happens any more after `stop`.
 */
export class Commands {
  state: AgentState
  #stopped = false
  readonly #deps: AgentDependencies
  readonly #self: Self
  readonly #report: (report: Report) => void

  constructor(deps: AgentDependencies, report: (report: Report) => void) {
    this.#deps = deps
    this.#self = { ...deps.identity, allowedKinds: deps.allowedKinds }
    this.#report = report
    this.state = afterRestart(apply(emptyState, deps.journal.records))
    this.#nameJournal()
    if (deps.journal.size > compactAbove)
      deps.journal.rewrite(compactRecords(this.state, deps.serverTime.now()))
  }

  /** A journal has an id from its beginning: one without is another one than the server knows. */
  #nameJournal(): void {
    const { journal } = this.#deps
    if (this.state.journalId !== undefined || journal.problem !== undefined) return
    const records: JournalRecord[] = [{ type: 'journal', id: randomUUID(), taken: this.state.taken }]
    journal.appendOrOwe(records)
    this.state = apply(this.state, records)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Asks the machine about everything that an earlier life left open, then goes on with it. */
  async resolve(): Promise<void> {
    await Promise.all(openEntries(this.state).map(({ facts }) => this.#resolveOne(facts)))
    this.#deps.windows.keepOnly?.(new Set(openEntries(this.state).map(({ facts }) => facts.commandId)))
    await this.wake()
  }

  /** Begins what may begin; nothing while the journal can't keep what becomes of it. */
  async wake(): Promise<void> {
    const { journal, onEvent } = this.#deps
    if (this.#stopped || journal.problem !== undefined) return
    try {
      await this.#commit({ kind: 'wake' }, 'owe')
    } catch (error) {
      onEvent({ kind: 'journalUnwritable', message: String(error) })
    }
  }

  /** Tries a disk that refused again; called with every heartbeat. */
  async retryJournal(): Promise<void> {
    const { journal } = this.#deps
    if (journal.problem === undefined || this.#stopped) return
    journal.appendOrOwe([{ type: 'epoch', epoch: this.state.epoch }])
    await this.wake()
  }

  /** A message from the queue, its signature checked: resolves when it may be settled. */
  async receive(envelope: Envelope): Promise<Settlement> {
    try {
      await this.#commit({ kind: 'received', envelope }, 'refuse')
    } catch (error) {
      if (!(error instanceof JournalUnwritable)) throw error
      this.#deps.onEvent({ kind: 'journalUnwritable', message: error.message })
      return this.#refuseUnwritten(envelope, error.message)
    }
    // Not awaited: the message is settled before the work begins, and receiving goes on during it.
    setImmediate(() => void this.wake())
    return { kind: 'complete' }
  }

  acknowledged(commandId: CommandId): Promise<void> {
    return this.#commit({ kind: 'acknowledged', commandId }, 'owe')
  }

  /** What a restored journal has forgotten. */
  learnFence(fence: number): Promise<void> {
    return this.#commit({ kind: 'fenceLearned', fence }, 'owe')
  }

  learnEpoch(epoch: number): Promise<void> {
    return this.#commit({ kind: 'epochLearned', epoch }, 'owe')
  }

  async #resolveOne(facts: AcceptedFacts): Promise<void> {
    const { commandId } = facts
    const found = await this.#find(facts)
    await this.#commit({ kind: 'found', commandId, found }, 'owe')
    if (found.kind === 'running') this.#follow(facts, found.ended)
  }

  async #find(facts: AcceptedFacts): Promise<Found> {
    try {
      return await this.#deps.windows.find(facts)
    } catch (error) {
      return { kind: 'cannotTell', message: `Windows did not answer what became of it: ${String(error)}` }
    }
  }

  /** Also what throws at once becomes a rejection: its outcome can't be told. */
  async #run(facts: AcceptedFacts): Promise<TaskOutcome> {
    return this.#deps.windows.run(facts)
  }

  /** What can't be recorded is refused, where that is still possible, or owed to the journal. */
  async #commit(input: Input, unwritable: 'refuse' | 'owe'): Promise<void> {
    if (this.#stopped) return
    const { journal } = this.#deps
    const decision = decide(this.#self, this.state, input, this.#now())
    if (unwritable === 'refuse') journal.append(decision.records)
    else journal.appendOrOwe(decision.records)
    this.state = apply(this.state, decision.records)
    await this.#flush(decision, unwritable)
    this.#tell(decision.records)
    for (const action of decision.actions) this.#perform(action)
  }

  /** An effect must not begin before its acceptance is on the disk, whoever wrote that. */
  async #flush({ durable, actions }: Decision, unwritable: 'refuse' | 'owe'): Promise<void> {
    const { journal } = this.#deps
    const begins = actions.some(({ kind }) => kind === 'begin')
    if (!durable && !(begins && journal.syncing)) return
    try {
      await journal.sync()
    } catch (error) {
      if (unwritable === 'refuse' || begins) throw error
    }
  }

  #perform(action: Action): void {
    if (this.#stopped) return
    switch (action.kind) {
      case 'report':
        return this.#report(action.report)
      case 'begin':
        return this.#follow(action.facts, this.#run(action.facts))
      case 'ignore':
        return this.#deps.onEvent({ kind: 'messageIgnored', why: action.why })
    }
  }

  #follow({ commandId }: AcceptedFacts, ended: Promise<TaskOutcome>): void {
    ended
      .then(
        (outcome) => this.#commit({ kind: 'finished', commandId, outcome }, 'owe'),
        (error: unknown) => this.#commit({ kind: 'broke', commandId, message: String(error) }, 'owe'),
      )
      .then(() => this.wake())
      .catch((error: unknown) =>
        this.#deps.onEvent({ kind: 'journalUnwritable', message: `${commandId}: ${String(error)}` }),
      )
  }

  #refuseUnwritten(envelope: Envelope, message: string): Settlement {
    const { serverTime, identity } = this.#deps
    const ours = envelope.audience.serverId === identity.serverId
    // A stop is obeyed even when it can't be remembered; a tombstone that can't be kept must not be given.
    if (envelope.type === 'stop' && ours)
      this.state = apply(this.state, [{ type: 'epoch', epoch: envelope.epoch }])
    if (envelope.type === 'command' && !this.state.entries.has(envelope.commandId)) {
      const { commandId, task } = envelope
      const report: Report = {
        type: 'refused',
        commandId,
        kind: task.kind,
        at: serverTime.now(),
        reason: 'journalUnwritable',
        message: message.slice(0, 2000),
      }
      this.state = apply(this.state, [{ type: 'ended', report }])
      this.#report(report)
    }
    return { kind: 'complete' }
  }

  #tell(records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (record.type === 'accepted') this.#deps.onEvent({ kind: 'accepted', facts: record.facts })
      if (record.type === 'ended') this.#deps.onEvent({ kind: 'ended', report: record.report })
    }
  }

  #now(): { wire: number; plan: number } {
    return { wire: this.#deps.serverTime.now(), plan: this.#deps.planNow() }
  }
}
