import type { TableClient, TransactionAction } from '@azure/data-tables'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import { encode } from './codec.ts'
import { patience, statusOf } from './connect.ts'
import { rowKeys, type LedgerRow } from './rows.ts'

export interface Write {
  readonly rowKey: string
  readonly value: unknown
  /** `insert` fails when the row exists; the default replaces it whole. */
  readonly mode?: 'insert' | 'replace' | 'delete'
}

export type Commit =
  | { readonly kind: 'committed'; readonly etag: string }
  /** Nothing of it is stored, nor ever will be: a conflict, or the service was too busy to look at it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** No answer that says: it may be stored, or may yet be when the request was only delayed. */
  | { readonly kind: 'uncertain'; readonly why: string }

const conflicts = new Set([409, 412, 429])
const noCertainAnswer = (status: number | undefined): boolean =>
  status === undefined || status < 400 || status === 408 || status >= 500

/**
 * One entity-group transaction: the head under If-Match, the ledger row, and the writes. Throws when the service
 * says that the transaction itself is wrong (4xx), which no repetition heals.
 */
export async function commit(
  table: TableClient,
  clientId: ClientId,
  headEtag: string | undefined,
  ledger: LedgerRow,
  writes: readonly Write[],
): Promise<Commit> {
  const actions = actionsOf(clientId, headEtag, ledger, writes)
  try {
    const answer = await table.submitTransaction(actions, patience())
    const etag = answer.getResponseForEntity(rowKeys.head)?.etag ?? answer.subResponses[0]?.etag
    return etag === undefined
      ? { kind: 'uncertain', why: 'the answer to the transaction names no ETag' }
      : { kind: 'committed', etag }
  } catch (error) {
    const status = statusOf(error)
    const why = `${status ?? 'no status'}: ${String(error)}`
    if (noCertainAnswer(status)) return { kind: 'uncertain', why }
    if (conflicts.has(status ?? 0)) return { kind: 'refused', why }
    throw error
  }
}

function actionsOf(
  clientId: ClientId,
  headEtag: string | undefined,
  ledger: LedgerRow,
  writes: readonly Write[],
): TransactionAction[] {
  const head = encode(clientId, rowKeys.head, { sequence: ledger.sequence, hash: ledger.hash })
  return [
    headEtag === undefined ? ['create', head] : ['update', head, 'Replace', { etag: headEtag }],
    ['create', encode(clientId, rowKeys.ledger(ledger.sequence), ledger)],
    ...writes.map(({ rowKey, value, mode }): TransactionAction => {
      if (mode === 'delete') return ['delete', { partitionKey: clientId, rowKey }]
      if (mode === 'insert') return ['create', encode(clientId, rowKey, value)]
      return ['upsert', encode(clientId, rowKey, value), 'Replace']
    }),
  ]
}
