import { fleetLedger } from '../../orchestrations/domain/ids.ts'
import { dayMs } from '../../orchestrations/domain/time.ts'
import type { ApprovalRow } from '../adapters/tables/approvalRows.ts'
import type { ImportRow } from '../adapters/tables/fleetStore.ts'
import type { Services } from '../services.ts'
import { audit } from './audit.ts'

/**
 * How long rows are kept that are read no more, wire ms. A year of what people asked, allowed and were woken for
 * spans an audit; a month is longer than anybody waits with sending a cut-off import again. The ledger, which says
 * of all of them that they were, stays for ever.
 */
export const keptMs = { approvals: 365 * dayMs, notices: 365 * dayMs, imports: 30 * dayMs } as const

/** Of each kind and run; what is left goes with the next one, a day later. */
const mostARun = 1_000

/** Takes away what is kept no longer, after the ledger has said how much of it. */
export async function forgetOld(services: Services, most = mostARun): Promise<void> {
  const { approvals, notices, fleet, clocks } = services
  const now = clocks.wire()
  const isOldApproval = ({ expiresAt }: ApprovalRow): boolean => now - expiresAt > keptMs.approvals
  const isOldImport = ({ touchedAt }: Pick<ImportRow, 'touchedAt'>): boolean =>
    now - touchedAt > keptMs.imports
  const asked = await approvals.keysOf(isOldApproval, most)
  const imports = await fleet.imports.keysOf(isOldImport, most)
  const settled = await notices.settledBefore(now - keptMs.notices, most)
  const counts = {
    approvals: asked.length,
    imports: imports.length,
    notices: settled.notices.length,
    clientMails: settled.clientMails.length,
  }
  if (Object.values(counts).every((count) => count === 0)) return
  await audit(services, {
    actor: 'atlas',
    action: 'retention.applied',
    object: fleetLedger,
    detail: counts,
  })
  for (const key of asked) await approvals.removeIf(key, isOldApproval)
  for (const key of imports) await fleet.imports.removeIf(key, isOldImport)
  await notices.forget(settled)
}
