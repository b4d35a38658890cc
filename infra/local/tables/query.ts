import type { Grant } from './auth/grant.ts'
import { invalidInput } from './errors.ts'
import type { Filter } from './odata/ast.ts'
import { type Match, matchOf } from './odata/match.ts'
import { parseFilter } from './odata/parser.ts'
import { keyRangeOf } from './odata/range.ts'
import type { KeyRange, StoredEntity, TableStore } from './storage/store.ts'

/** Keys where the next page starts. */
export type Continuation = { readonly pk: string; readonly rk: string }
export type Page<T, C> = { readonly items: readonly T[]; readonly next: C | undefined }

const pageLimit = 1_000

/**
 * Entities examined in one request. Azure too may end a page early and answer with a continuation, even an
 * empty page; here it keeps a scan from holding up everybody else.
 */
const scanLimit = 20_000

const everything: KeyRange = { pkFrom: '', pkTo: undefined, rkFrom: '', rkTo: undefined }

/**
 * One page of entities in key order.
 * @throws TablesError 400 for a bad `$filter` or `$top`
 * @see https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination
 */
export function queryEntities(
  store: TableStore,
  table: number,
  query: URLSearchParams,
  window: Grant['window'],
): Page<StoredEntity, Continuation> {
  const filter = filterOf(query)
  const top = topOf(query)
  const range = from(filter === undefined ? everything : keyRangeOf(filter), query)
  const matches = both(filter, window)
  const items: StoredEntity[] = []
  let scanned = 0
  for (const entity of store.scan(table, range)) {
    if (scanned++ === scanLimit) return { items, next: entity }
    if (matches !== undefined && !matches(entity)) continue
    if (items.length === top) return { items, next: entity }
    items.push(entity)
  }
  return { items, next: undefined }
}

/** One page of an account's table names. */
export function queryTables(names: Iterable<string>, query: URLSearchParams): Page<string, string> {
  const filter = filterOf(query)
  const top = topOf(query)
  const matches = filter === undefined ? undefined : matchOf(filter)
  const items: string[] = []
  for (const name of names) {
    const row = { pk: '', rk: '', stamp: '', body: `{"TableName":${JSON.stringify(name)}}` }
    if (matches !== undefined && !matches(row)) continue
    if (items.length === top) return { items, next: name }
    items.push(name)
  }
  return { items, next: undefined }
}

/** `$select` as a set; undefined for all properties. */
export function selectOf(query: URLSearchParams): ReadonlySet<string> | undefined {
  const names = (query.get('$select') ?? '').split(',').map((name) => name.trim())
  const chosen = names.filter((name) => name !== '')
  return chosen.length === 0 || chosen.includes('*') ? undefined : new Set(chosen)
}

/** A continuation as header text: keys may hold what headers can't. */
export function encodeKey(key: string): string {
  return `1!${key.length}!${Buffer.from(key).toString('base64url')}`
}

function decodeKey(name: string, text: string | null): string | undefined {
  if (text === null) return undefined
  const encoded = /^1!\d+!(.*)$/.exec(text)?.[1]
  if (encoded === undefined) throw invalidInput(`'${name}' is no continuation of this service.`)
  return Buffer.from(encoded, 'base64url').toString()
}

function filterOf(query: URLSearchParams): Filter | undefined {
  const text = query.get('$filter')
  return text === null || text.trim() === '' ? undefined : parseFilter(text)
}

function topOf(query: URLSearchParams): number {
  const text = query.get('$top')
  if (text === null) return pageLimit
  const top = Number(text)
  if (!Number.isInteger(top) || top < 1 || top > pageLimit) throw invalidInput(`$top=${text}`)
  return top
}

function both(filter: Filter | undefined, window: Grant['window']): Match | undefined {
  const match = filter === undefined ? undefined : matchOf(filter)
  if (window === undefined) return match
  return (row) => window(row.pk, row.rk) && (match === undefined || match(row))
}

function from(range: KeyRange, query: URLSearchParams): KeyRange {
  const pk = decodeKey('NextPartitionKey', query.get('NextPartitionKey'))
  if (pk === undefined) return range
  const rk = decodeKey('NextRowKey', query.get('NextRowKey')) ?? ''
  if (range.pkFrom === range.pkTo) return { ...range, rkFrom: rk > range.rkFrom ? rk : range.rkFrom }
  return { ...range, pkFrom: pk, rkFrom: rk }
}
