import type { JournalMark, Report } from '../orchestrations/contracts/report.ts'
import type { ClientId, CommandId } from '../orchestrations/domain/ids.ts'
import type { AcceptedFacts, JournalRecord } from './journal/records.ts'

/** One command as the agent knows it. */
export type Entry =
  /** Accepted; another command has to end first. */
  | { readonly kind: 'waiting'; readonly facts: AcceptedFacts }
  | { readonly kind: 'running'; readonly facts: AcceptedFacts }
  /** Open in the journal of an earlier life: the machine is asked what became of it. */
  | { readonly kind: 'resolving'; readonly facts: AcceptedFacts }
  | { readonly kind: 'ended'; readonly report: Report; readonly acknowledged: boolean }

export type OpenEntry = Exclude<Entry, { kind: 'ended' }>

export interface AgentState {
  readonly epoch: number
  /** Highest fence seen, by the client whose lock hands them out. */
  readonly fences: ReadonlyMap<ClientId, number>
  /** In the order in which they were first seen. */
  readonly entries: ReadonlyMap<CommandId, Entry>
  /** Its journal's id, once it has one, and how many commands it has ever taken on. */
  readonly journalId: string | undefined
  readonly taken: number
}

export const emptyState: AgentState = {
  epoch: 0,
  fences: new Map(),
  entries: new Map(),
  journalId: undefined,
  taken: 0,
}

/** The state after these records. */
export function apply(state: AgentState, records: readonly JournalRecord[]): AgentState {
  if (records.length === 0) return state
  const entries = new Map(state.entries)
  const fences = new Map(state.fences)
  let { epoch, journalId, taken } = state
  for (const record of records) {
    switch (record.type) {
      case 'accepted': {
        const { facts } = record
        taken += 1
        entries.set(facts.commandId, { kind: 'waiting', facts })
        raise(fences, facts.subject.clientId, facts.fence)
        break
      }
      case 'begun':
      case 'neverBegun': {
        const entry = entries.get(record.commandId)
        if (entry === undefined || entry.kind === 'ended') break
        const kind = record.type === 'begun' ? 'running' : 'waiting'
        entries.set(record.commandId, { kind, facts: entry.facts })
        break
      }
      case 'ended':
        entries.set(record.report.commandId, { kind: 'ended', report: record.report, acknowledged: false })
        break
      case 'journal':
        journalId = record.id
        taken = record.taken
        break
      case 'tombstone': {
        taken += 1
        const report: Report = { type: 'tombstone', commandId: record.commandId, at: record.at }
        entries.set(record.commandId, { kind: 'ended', report, acknowledged: false })
        break
      }
      case 'acknowledged': {
        const entry = entries.get(record.commandId)
        if (entry?.kind === 'ended') entries.set(record.commandId, { ...entry, acknowledged: true })
        break
      }
      case 'epoch':
        epoch = Math.max(epoch, record.epoch)
        break
      case 'fence':
        raise(fences, record.clientId, record.fence)
        break
    }
  }
  return { epoch, fences, entries, journalId, taken }
}

/** What tells this journal from another one, and from itself as it was before; undefined while it has no id. */
export const markOf = ({ journalId, taken }: AgentState): JournalMark | undefined =>
  journalId === undefined ? undefined : { id: journalId, sequence: taken }

/** The state at the start of a new life: nothing that was open is taken as begun or not. */
export function afterRestart(state: AgentState): AgentState {
  const entries = new Map<CommandId, Entry>()
  for (const [id, entry] of state.entries)
    entries.set(id, entry.kind === 'ended' ? entry : { kind: 'resolving', facts: entry.facts })
  return { ...state, entries }
}

export function openEntries(state: AgentState): OpenEntry[] {
  const open: OpenEntry[] = []
  for (const entry of state.entries.values()) if (entry.kind !== 'ended') open.push(entry)
  return open
}

export function unacknowledged(state: AgentState): Report[] {
  const reports: Report[] = []
  for (const entry of state.entries.values())
    if (entry.kind === 'ended' && !entry.acknowledged) reports.push(entry.report)
  return reports
}

function raise(fences: Map<ClientId, number>, clientId: ClientId, fence: number): void {
  fences.set(clientId, Math.max(fence, fences.get(clientId) ?? 0))
}
