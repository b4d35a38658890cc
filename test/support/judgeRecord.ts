import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'

/** A line of `<data>/fleet/effects.ndjson`. `at`: plan time; `wire`: when it was written, epoch ms. */
export const Effect = z.object({
  at: z.iso.datetime().transform((iso) => Date.parse(iso)),
  server: z.string(),
  client: z.string(),
  kind: z.string(),
  commandId: z.string(),
  phase: z.enum(['begun', 'ended']),
  wire: z.number(),
})
export type Effect = z.infer<typeof Effect>

export type Rule =
  | 'unknownServer'
  | 'effectTwice'
  | 'endedTwice'
  | 'endedUnbegun'
  | 'tooManyAtOnce'
  | 'bothPartners'
  | 'allDomainControllers'
  | 'hostWithGuest'
  | 'outsideWindow'
  | 'ringTooEarly'
  | 'noCheckpoint'
  | 'afterStop'

export interface Violation {
  readonly rule: Rule
  readonly evidence: string
}

/** What the rules need to know besides the record. */
export interface Terms {
  readonly inventory: Inventory
  /** Whether hosts, guests, pairs and domain controllers count: not in `even` and `instant`. */
  readonly topology: boolean
  /** What the operator did: wire times, epoch ms. No effect begins later than `boundMs` after a stop. */
  readonly stops?: readonly { readonly at: number; readonly boundMs: number; readonly releasedAt?: number }[]
}

/** Reads the record of a data folder; a torn last line, as a kill leaves it, is left out. */
export function readEffects(data: string): Effect[] {
  const text = readFileSync(join(data, 'fleet', 'effects.ndjson'), 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Effect.parse(JSON.parse(line)))
}

/** An effect's line for people. */
export const tell = ({ at, client, server, kind, phase, commandId }: Effect): string =>
  `${new Date(at).toISOString()} ${client} ${server} ${kind} ${phase} (${commandId})`
