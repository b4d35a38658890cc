import type { TableClient } from '@azure/data-tables'
import type { z } from 'zod'
import { encode } from './codec.ts'
import { ConflictTooOften, patience, statusOf } from './connect.ts'
import { findRow } from './read.ts'
import { backOff } from './turns.ts'

const maxAttempts = 20

/**
 * Changes one row under If-Match, or makes it; `decide` gets undefined when there is none and may be called
 * several times. It answers undefined to leave things as they are, and so does this. Throws `ConflictTooOften`.
 */
export async function changeRow<T extends z.ZodType>(
  table: TableClient,
  partition: string,
  rowKey: string,
  schema: T,
  decide: (value: z.infer<T> | undefined) => z.infer<T> | undefined,
  random: () => number,
): Promise<z.infer<T> | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (attempt > 0) await backOff(attempt, random)
    const found = await findRow(table, partition, rowKey, schema)
    const next = decide(found?.value)
    if (next === undefined) return undefined
    try {
      const entity = encode(partition, rowKey, next)
      if (found) await table.updateEntity(entity, 'Replace', { etag: found.etag, ...patience() })
      else await table.createEntity(entity, patience())
      return next
    } catch (error) {
      if (statusOf(error) !== 412 && statusOf(error) !== 409) throw error
    }
  }
  throw new ConflictTooOften(
    `Row ${partition}/${rowKey} changed ${maxAttempts} times while it was being changed`,
  )
}
