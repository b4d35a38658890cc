import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'

/** What became of a call that was made under an Idempotency-Key; by the hash of caller and key. */
export const KeptAnswer = z.object({
  fingerprint: z.string(),
  /** Wire time of the call, epoch ms. */
  at: z.number(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('running') }),
    /** `sealed`: the JSON that was answered, encrypted with the key. */
    z.object({ kind: z.literal('done'), status: z.int(), sealed: z.string() }),
    z.object({ kind: z.literal('notKept'), status: z.int() }),
  ]),
})
export type KeptAnswer = z.infer<typeof KeptAnswer>

export const createKeptAnswers = (fleet: TableClient): KeyedRows<KeptAnswer> =>
  createKeyedRows(fleet, 'answers', KeptAnswer)
