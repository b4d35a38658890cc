import type { TableClient } from '@azure/data-tables'
import type { z } from 'zod'
import { decode } from './codec.ts'
import { patience, statusOf } from './connect.ts'

export interface Versioned<T> {
  readonly value: T
  readonly etag: string
}

/** One row, parsed; undefined when there is none. */
export async function findRow<T extends z.ZodType>(
  table: TableClient,
  partition: string,
  rowKey: string,
  schema: T,
): Promise<Versioned<z.infer<T>> | undefined> {
  try {
    const entity = await table.getEntity(partition, rowKey, patience())
    return { value: decode(schema, entity), etag: entity.etag }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** The rows that a filter (OData) lets through, parsed, in the order of their keys; `limit` of them at most. */
export async function listRows<T extends z.ZodType>(
  table: TableClient,
  filter: string,
  schema: T,
  limit = Infinity,
): Promise<z.infer<T>[]> {
  return (await listKeyed(table, filter, schema, limit)).map(([, value]) => value)
}

/** The same with each row's key. */
export async function listKeyed<T extends z.ZodType>(
  table: TableClient,
  filter: string,
  schema: T,
  limit = Infinity,
): Promise<[rowKey: string, value: z.infer<T>][]> {
  const found: [string, z.infer<T>][] = []
  if (limit === 0) return found
  for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
    found.push([String(entity.rowKey), decode(schema, entity)])
    if (found.length >= limit) break
  }
  return found
}
