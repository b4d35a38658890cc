import { Refusal } from '../respond.ts'
import type { Call } from './route.ts'

/** Tags of a header, strong or weak: a weak one says the same here, where a tag stands for a whole revision. */
const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))

/** Whether an If-Match or If-None-Match header names the tag; `*` names every one. */
export const names = (header: string, etag: string): boolean =>
  tagsIn(header).some((tag) => tag === '*' || tag === etag)

/** Refuses a change of what has changed since the caller read it (412), when the caller says what it read. */
export function requireIfMatch({ request }: Call, etag: string, changed: string): void {
  const header = request.headers.get('if-match')
  if (header === null || names(header, etag)) return
  throw new Refusal(412, 'It has changed since you read it', {
    detail: `${changed} It is ${etag} now, not ${header.slice(0, 100)}.`,
    fix: 'Read it again, then decide again.',
  })
}
