import { z } from 'zod'
import type { Client } from './fleet.ts'
import type { Instant } from './time.ts'

/** One opening of a client's maintenance windows, merged with those it touches: start ≤ t < end. */
export const Occurrence = z.object({ start: z.number(), end: z.number() })
export type Occurrence = z.infer<typeof Occurrence>

export type WindowOwner = Pick<Client, 'zone' | 'windows' | 'freezeDates'>

export function occurrences(client: WindowOwner, from: Instant, until: Instant): Occurrence[] {
  throw new Error(`unfinished ${client.zone} ${from} ${until}`)
}
/** The occurrence that is open at `now`, else the next to open in a list in order; undefined: none left. */
export function currentOrNext(list: readonly Occurrence[], now: Instant): Occurrence | undefined {
  return list.find((occurrence) => now < occurrence.end)
}
