import type { PowerResult, ReplicaStateResult } from '../../orchestrations/contracts/scripts/hyperV.ts'
import type { TaskResult } from '../../orchestrations/contracts/tasks.ts'
import { epochOf } from './scriptTask.ts'

/** Names of VMHeartbeatStatus: the guest's integration service answers, or it doesn't. */
export function heartbeatOf(name: string): 'ok' | 'lost' | 'unknown' {
  if (name.startsWith('Ok')) return 'ok'
  return /^(LostCommunication|NoContact|Error)$/.test(name) ? 'lost' : 'unknown'
}

export function powerOf({ state, heartbeat }: PowerResult): TaskResult<'startVm'> {
  return { state, heartbeat: heartbeatOf(heartbeat) }
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
