import { PowerResult, ReplicaStateResult } from '../../orchestrations/contracts/scripts/hyperV.ts'
import type { TaskResult } from '../../orchestrations/contracts/tasks.ts'
import type { TaskOutcome } from '../windows.ts'
import { epochOf } from './scriptTask.ts'

/** Names of VMHeartbeatStatus: the guest's integration service answers, or it doesn't. */
export function heartbeatOf(name: string): 'ok' | 'lost' | 'unknown' {
  if (name.startsWith('Ok')) return 'ok'
  return /^(LostCommunication|NoContact|Error)$/.test(name) ? 'lost' : 'unknown'
}

/** Of the tasks that answer how a guest's power stands. Throws when no script could have said it. */
export function powerOutcome(raw: unknown): TaskOutcome {
  const { state, heartbeat } = PowerResult.parse(raw)
  return { kind: 'succeeded', result: { state, heartbeat: heartbeatOf(heartbeat) } }
}

/** Of the tasks that answer how a guest is replicated. Throws when no script could have said it. */
export function replicaOutcome(raw: unknown): TaskOutcome {
  return { kind: 'succeeded', result: replicaOf(ReplicaStateResult.parse(raw)) }
}

/** A guest's replication as the server is told: the same for every task of the failover family. */
export function replicaOf(found: ReplicaStateResult): TaskResult<'replicaState'> {
  const { mode, state, health, power, primaryServer, replicaServer, lastReplicationAt, testVm } = found
  return {
    mode,
    state,
    health,
    power,
    primaryServer,
    replicaServer,
    lastReplicationAt: lastReplicationAt === null ? null : epochOf(lastReplicationAt),
    testVm,
  }
}
