import type { AgentState } from '../state.ts'
import type { JournalRecord } from './records.ts'

/** How long ended commands and tombstones stay known, in wire milliseconds: far beyond any startBy. */
export const keptMs = 7 * 24 * 60 * 60 * 1000

/** The fewest records that give the same state, without what was acknowledged more than seven days ago. */
export function compactRecords(state: AgentState, wireNow: number): JournalRecord[] {
  const records: JournalRecord[] = [{ type: 'epoch', epoch: state.epoch }]
  let kept = 0
  for (const [clientId, fence] of state.fences) records.push({ type: 'fence', clientId, fence })
  for (const [commandId, entry] of state.entries) {
    if (entry.kind !== 'ended') {
      kept += 1
      records.push({ type: 'accepted', facts: entry.facts })
      if (entry.kind !== 'waiting') records.push({ type: 'begun', commandId })
      continue
    }
    const { report, acknowledged } = entry
    if (acknowledged && report.at < wireNow - keptMs) continue
    if (report.type === 'tombstone') kept += 1
    records.push(
      report.type === 'tombstone'
        ? { type: 'tombstone', commandId, at: report.at }
        : { type: 'ended', report },
    )
    if (acknowledged) records.push({ type: 'acknowledged', commandId })
  }
  const { journalId } = state
  if (journalId === undefined) return records
  // What is dropped stays counted: the number only ever grows.
  return [{ type: 'journal', id: journalId, taken: state.taken - kept }, ...records]
}
