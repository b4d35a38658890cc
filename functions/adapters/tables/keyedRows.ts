import { odata, type TableClient } from '@azure/data-tables'
import type { z } from 'zod'
import { changeRow } from './changeRow.ts'
import { decode } from './codec.ts'
import { patience, statusOf } from './connect.ts'
import { findRow, listKeyed } from './read.ts'
import { Turns } from './turns.ts'

/** Rows of one kind, found by key, in a partition of their own. */
export interface KeyedRows<T> {
  find(key: string): Promise<T | undefined>
  /** All of them in the order of their keys. */
  list(): Promise<[key: string, value: T][]>
  /** Changes one row under its ETag; `decide` may be called several times, undefined changes nothing. */
  change(key: string, decide: (value: T | undefined) => T | undefined): Promise<T | undefined>
  /** Also of a row that isn't there. */
  remove(key: string): Promise<void>
  /** Keys of at most `most` rows that are as asked; rows are read one after the other. */
  keysOf(is: (value: T) => boolean, most: number): Promise<string[]>
  /** Removes a row under its ETag while it still is as asked; answers whether it did. */
  removeIf(key: string, is: (value: T) => boolean): Promise<boolean>
}

export function createKeyedRows<T extends z.ZodType>(
  table: TableClient,
  partition: string,
  schema: T,
  random: () => number = Math.random,
): KeyedRows<z.infer<T>> {
  // In turn, because those who change one row at one moment would conflict too often.
  const turns = new Turns<string>()
  return {
    find: async (key) => (await findRow(table, partition, key, schema))?.value,
    list: () => listKeyed(table, odata`PartitionKey eq ${partition}`, schema),
    change: (key, decide) => turns.take(key, () => changeRow(table, partition, key, schema, decide, random)),
    async remove(key) {
      try {
        await table.deleteEntity(partition, key, patience())
      } catch (error) {
        if (statusOf(error) !== 404) throw error
      }
    },
    async keysOf(is, most) {
      const keys: string[] = []
      const filter = odata`PartitionKey eq ${partition}`
      for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
        if (keys.length >= most) break
        if (is(decode(schema, entity))) keys.push(String(entity.rowKey))
      }
      return keys
    },
    async removeIf(key, is) {
      const found = await findRow(table, partition, key, schema)
      if (!found || !is(found.value)) return false
      try {
        await table.deleteEntity(partition, key, { etag: found.etag, ...patience() })
        return true
      } catch (error) {
        // Changed, or gone, since it was read.
        if (statusOf(error) === 412 || statusOf(error) === 404) return false
        throw error
      }
    },
  }
}
