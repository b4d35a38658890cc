import type { ServerId } from '../orchestrations/domain/ids.ts'
import type { AcceptedFacts } from './journal/records.ts'
import { openEntries } from './state.ts'
import type { AgentState } from './state.ts'

/**
 * What may begin now, in the order of acceptance: one command at a time on the own machine, one effect at a
 * time per guest, lookups for others and downloads beside them. A reboot waits for everything but a download,
 * which may take hours and goes on after it, and holds up everything.
 */
export function startable(state: AgentState, self: ServerId): AcceptedFacts[] {
  const open = openEntries(state)
  const taken = new Set<string>()
  let busy = 0
  for (const { kind, facts } of open) {
    if (kind === 'waiting') continue
    if (facts.task.kind === 'reboot') return []
    taken.add(laneOf(facts, self))
    if (facts.task.kind !== 'download') busy += 1
  }
  const begin: AcceptedFacts[] = []
  for (const { kind, facts } of open) {
    if (kind !== 'waiting') continue
    if (facts.task.kind === 'reboot') return busy === 0 ? [...begin, facts] : begin
    const lane = laneOf(facts, self)
    if (taken.has(lane)) continue
    taken.add(lane)
    begin.push(facts)
    if (facts.task.kind !== 'download') busy += 1
  }
  return begin
}

function laneOf({ task }: AcceptedFacts, self: ServerId): string {
  switch (task.kind) {
    case 'checkpoint':
    case 'removeCheckpoint':
    case 'restoreCheckpoint':
    case 'startVm':
    case 'stopVm':
    case 'replicaState':
    case 'prepareFailover':
    case 'failOver':
    case 'reverseReplication':
    case 'cancelFailover':
    case 'testFailover':
    case 'cleanUpTestFailover':
      return `vm:${task.params.vm.toLowerCase()}`
    case 'inspect':
      return task.params.what === 'backup' ? `backup:${task.params.target.toLowerCase()}` : `server:${self}`
    case 'holdJobs':
    case 'releaseJobs':
      return `jobs:${task.params.target.toLowerCase()}`
    case 'probe':
      return `probe:${task.params.target.toLowerCase()}`
    case 'download':
      return 'download'
    case 'scan':
    case 'drain':
    case 'undrain':
    case 'install':
    case 'uninstall':
    case 'repair':
    case 'reboot':
    case 'verify':
      return `server:${self}`
  }
}
