import { invalidInput } from '../errors.ts'

/** An HTTP request once its body has arrived; header names in lower case. */
export type TablesRequest = {
  readonly method: string
  /** Path and query exactly as sent: signatures cover them so. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** `headers`: names and values in turn. */
export type TablesAnswer = {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** What a path names. */
export type Resource =
  | { readonly kind: 'service' }
  | { readonly kind: 'tables' }
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'entities'; readonly table: string }
  | { readonly kind: 'entity'; readonly table: string; readonly pk: string; readonly rk: string }
  | { readonly kind: 'batch' }

export type Target = {
  readonly account: string
  readonly resource: Resource
  /** The path as sent, without query. */
  readonly path: string
  readonly query: URLSearchParams
}

const keysForm =
  /^\(\s*(PartitionKey|RowKey)='((?:[^']|'')*)'\s*,\s*(PartitionKey|RowKey)='((?:[^']|'')*)'\s*\)$/
const tableForm = /^Tables\('([^']*)'\)$/
const noQuery = new URLSearchParams()

/** Reads `/account/resource?query`; throws InvalidInput if it can't. */
export function parseTarget(target: string): Target {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? noQuery : new URLSearchParams(target.slice(mark + 1))
  const slash = path.indexOf('/', 1)
  const account = slash === -1 ? path.slice(1) : path.slice(1, slash)
  const rest = slash === -1 ? '' : path.slice(slash + 1)
  return { account, path, query, resource: resourceOf(decoded(rest)) }
}

function decoded(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text
  } catch {
    throw invalidInput('The URI is not valid.')
  }
}

function resourceOf(name: string): Resource {
  if (name === '') return { kind: 'service' }
  if (name === 'Tables' || name === 'Tables()') return { kind: 'tables' }
  if (name === '$batch') return { kind: 'batch' }
  const table = tableForm.exec(name)?.[1]
  if (table !== undefined) return { kind: 'table', table }
  const open = name.indexOf('(')
  if (open === -1) return { kind: 'entities', table: name }
  const keys = name.slice(open)
  if (keys === '()') return { kind: 'entities', table: name.slice(0, open) }
  const [, first, firstKey = '', second, secondKey = ''] = keysForm.exec(keys) ?? []
  if (first === second) throw invalidInput('The URI names no entity by PartitionKey and RowKey.')
  const [pk, rk] = first === 'PartitionKey' ? [firstKey, secondKey] : [secondKey, firstKey]
  return { kind: 'entity', table: name.slice(0, open), pk: unquoted(pk), rk: unquoted(rk) }
}

function unquoted(key: string): string {
  return key.includes("''") ? key.replaceAll("''", "'") : key
}

/** The first value of a header. */
export function headerOf(headers: TablesRequest['headers'], name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
