import type { TableClient } from '@azure/data-tables'
import { createClientStore, type Committed } from '../../../../functions/adapters/tables/clientStore.ts'
import { createHistory } from '../../../../functions/adapters/tables/history.ts'
import { verifyChain } from '../../../../functions/adapters/tables/ledger.ts'
import type { Decision, ClientStore } from '../../../../functions/adapters/tables/clientStore.ts'
import type { Partition } from '../../../../functions/adapters/tables/partition.ts'
import { Head, rowKeys, type ControlRow } from '../../../../functions/adapters/tables/rows.ts'
import { ClientId } from '../../../../orchestrations/domain/ids.ts'
import { storedRows } from '../../../support/tables.ts'

export const clocks = { speed: 1, wire: () => 1_000, plan: () => 2_000 }

let clients = 0
/** A client that no other test has. */
export const newClient = (): ClientId => ClientId.parse(`client-${clients++}`)

/** A store like that of one process; `random` 0 backs off without a pause. */
export const storeOn = (
  table: TableClient,
  onCommit: (committed: Committed) => void = () => undefined,
  random = () => 0,
): ClientStore => createClientStore({ table, clocks, random, onCommit })

/** Counts in the epoch of the control row. */
export const counted = (partition: Partition): Decision<number> => {
  const row: ControlRow = partition.control()
  const epoch = row.epoch + 1
  return {
    kind: 'write',
    rows: [{ rowKey: rowKeys.control, value: { ...row, epoch } }],
    ledger: { actor: 'test', action: 'count', object: `count ${epoch}` },
    value: epoch,
  }
}

/** What is stored of a client, read straight: counter, head, and whether the ledger's chain holds. */
export async function truthOf(table: TableClient, clientId: ClientId) {
  const rows = await storedRows(table, clientId)
  const head = Head.parse(rows.get(rowKeys.head) ?? { sequence: 0, hash: '0'.repeat(64) })
  const ledger = await createHistory(table).read(clientId, 0, 100_000)
  const control = rows.get(rowKeys.control) as ControlRow | undefined
  return {
    count: control?.epoch ?? 0,
    head: head.sequence,
    ledger,
    chain: verifyChain(clientId, ledger, head).kind,
  }
}
