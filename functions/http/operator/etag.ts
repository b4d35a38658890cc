import type { HttpResponseInit } from '@azure/functions'
import { withHeaders } from '../headers.ts'
import type { Refusal } from '../respond.ts'
import type { Call } from './route.ts'

/**
 * Tags of a header, strong or weak. A tag may carry, after a dot, what changes without anybody's doing (heartbeats):
 * that counts for reading again, not for changing.
 */
const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
const stemOf = (tag: string): string => tag.replace(/\.[^"]*"$/, '"')

/** Whether an If-Match header names the tag; `*` names every one. */
export const names = (header: string, etag: string): boolean =>
  tagsIn(header).some((tag) => tag === '*' || stemOf(tag) === stemOf(etag))

/** Both tags, as they stand in a refusal: the one that holds and the one that was named. */
export interface Tags {
  readonly etag: string
  readonly named: string
}

/** Refuses a change of what has changed since the caller read it (412), when the caller says what it read. */
export function requireIfMatch(
  { request }: Pick<Call, 'request'>,
  etag: string,
  changed: (tags: Tags) => Refusal,
): void {
  const header = request.headers.get('if-match')
  if (header === null || names(header, etag)) return
  throw changed({ etag, named: header.slice(0, 100) })
}

/** The answer with its tag; 304 without a body when the caller has it already. */
export function tagged(
  { request }: Call,
  response: HttpResponseInit,
  stem: string,
  rest?: string,
): HttpResponseInit {
  const etag = rest === undefined ? `"${stem}"` : `"${stem}.${rest}"`
  const known = tagsIn(request.headers.get('if-none-match') ?? '')
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag } }
  return withHeaders(response, { etag })
}
