import { fleetLedger } from '../../orchestrations/domain/ids.ts'
import type { LedgerEntry } from '../adapters/tables/ledger.ts'
import type { Services } from '../services.ts'

/**
 * Writes what an operator is about to do to the fleet's own hash-chained ledger, before it is done: what can't be
 * written down isn't done. Only the emergency stop doesn't wait for it.
 */
export async function audit(services: Services, entry: LedgerEntry): Promise<void> {
  await services.clients.transact(fleetLedger, {}, () => ({
    kind: 'write',
    rows: [],
    ledger: entry,
    value: undefined,
  }))
}
