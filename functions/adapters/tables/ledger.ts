import { createHash } from 'node:crypto'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import type { Head, LedgerRow } from './rows.ts'

export interface LedgerEntry {
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly detail?: Readonly<Record<string, string | number>>
}

/** Head of a client that has no ledger yet. */
export const genesis: Head = { sequence: 0, hash: '0'.repeat(64) }

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function hashOf(clientId: ClientId, row: Omit<LedgerRow, 'hash'>): string {
  const { sequence, writeId, previous, payload, at, planAt, actor, action, object, detail } = row
  return sha256(
    JSON.stringify([
      clientId,
      sequence,
      writeId,
      previous,
      payload,
      at,
      planAt,
      actor,
      action,
      object,
      detail ?? null,
    ]),
  )
}

/** The ledger row that follows `head`. `payload` is the hash of everything else that the transaction writes. */
export function nextLedgerRow(
  clientId: ClientId,
  head: Head,
  entry: LedgerEntry,
  facts: { writeId: string; payload: string; at: number; planAt: number },
): LedgerRow {
  const row = {
    sequence: head.sequence + 1,
    previous: head.hash,
    ...facts,
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    ...(entry.detail ? { detail: { ...entry.detail } } : {}),
  }
  return { ...row, hash: hashOf(clientId, row) }
}

export type ChainVerdict =
  | { readonly kind: 'intact'; readonly rows: number }
  | { readonly kind: 'broken'; readonly rows: number; readonly brokenAt: number; readonly message: string }

/** Follows the chain from the first row to the head; every edit, deletion, reordering and truncation breaks it. */
export function verifyChain(clientId: ClientId, rows: Iterable<LedgerRow>, head: Head): ChainVerdict {
  let expected = genesis
  let count = 0
  const broken = (brokenAt: number, message: string): ChainVerdict => ({
    kind: 'broken',
    rows: count,
    brokenAt,
    message,
  })
  for (const row of rows) {
    const place = expected.sequence + 1
    if (row.sequence !== place) return broken(place, `row ${place} is missing: found ${row.sequence}`)
    if (row.previous !== expected.hash) return broken(place, `row ${place} doesn't follow the row before it`)
    if (row.hash !== hashOf(clientId, row))
      return broken(place, `row ${place} was changed after it was written`)
    expected = { sequence: row.sequence, hash: row.hash }
    count++
  }
  if (expected.sequence !== head.sequence || expected.hash !== head.hash)
    return broken(
      expected.sequence + 1,
      `the head names row ${head.sequence}, the last row is ${expected.sequence}`,
    )
  return { kind: 'intact', rows: count }
}
