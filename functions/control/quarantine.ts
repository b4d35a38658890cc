import { clientOf, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Doubt } from '../../orchestrations/domain/identity.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { Decision } from '../adapters/tables/clientStore.ts'
import { rowKeys, type ServerRow } from '../adapters/tables/rows.ts'
import type { By } from './exclusion.ts'
import type { Services } from '../services.ts'

/**
 * A heartbeat that can't come from the machine of the last one (heard at `lastAt`, wire). A guest that ATLAS itself
 * has set back is expected to come back with an older journal, once; anything else goes into quarantine.
 */
export async function judgeDoubt(
  services: Services,
  serverId: ServerId,
  doubt: Doubt,
  lastAt: number,
): Promise<void> {
  const accepted = await services.clients.transact(clientOf(serverId), {}, (partition): Decision<boolean> => {
    const row = partition.server(serverId)
    if (!row || (row.acceptedAt ?? 0) > lastAt) return { kind: 'nothing', value: true }
    if (doubt !== 'setBackByOthers' || !row.restoring) return { kind: 'nothing', value: false }
    const { restoring, ...rest } = row
    const next: ServerRow = { ...rest, acceptedAt: services.clocks.wire() }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value: next }],
      ledger: {
        actor: 'atlas',
        action: 'server.setBackAccepted',
        object: serverId,
        detail: { command: restoring.commandId },
      },
      value: true,
    }
  })
  if (!accepted) await quarantine(services, serverId, reason(doubt))
}

/** No command goes to a server's agent any more, until somebody trusts it. Answers whether it was new. */
export async function quarantine(services: Services, serverId: ServerId, why: Reason): Promise<boolean> {
  const clientId = clientOf(serverId)
  const known = services.clients.glance(
    clientId,
    (partition) => partition.server(serverId)?.quarantined?.code,
  )
  // Before, so that somebody is woken for it even when this process dies right after.
  if (known !== why.code) await services.notices.putSuspect({ serverId, at: services.clocks.wire() })
  return services.clients.transact(clientId, {}, (partition) => {
    const row = partition.server(serverId)
    if (!row || row.quarantined?.code === why.code) return { kind: 'nothing', value: false }
    const next: ServerRow = { ...row, quarantined: why }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value: next }],
      ledger: {
        actor: 'atlas',
        action: 'server.quarantined',
        object: serverId,
        detail: { reason: why.code },
      },
      value: true,
    }
  })
}

/** Ends a quarantine: what its agent says from now on is taken for true. Answers whether there was one. */
export async function trustServer(
  services: Services,
  serverId: ServerId,
  by: Pick<By, 'actor' | 'reason'> & Partial<By>,
): Promise<boolean> {
  return services.clients.transact(clientOf(serverId), {}, (partition) => {
    const row = partition.server(serverId)
    by.unchanged?.(partition)
    if (!row?.quarantined) return { kind: 'nothing', value: false }
    const { quarantined, ...rest } = row
    const trusted: ServerRow = { ...rest, acceptedAt: services.clocks.wire() }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value: trusted }],
      ledger: {
        actor: by.actor,
        action: 'server.trusted',
        object: serverId,
        detail: { reason: by.reason, was: quarantined.code },
      },
      value: true,
    }
  })
}
