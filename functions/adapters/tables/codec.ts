import type { z } from 'zod'

/**
 * A row is one JSON document, in one property or, past 32 Ki characters (the limit of a string property),
 * in several. Rows are only ever found by their keys, so nothing else needs to be a column.
 */
const pieceLength = 32_000

export interface Entity {
  partitionKey: string
  rowKey: string
  [property: string]: unknown
}

export function encode(partitionKey: string, rowKey: string, value: unknown): Entity {
  const text = JSON.stringify(value)
  const entity: Entity = { partitionKey, rowKey, data: text.slice(0, pieceLength) }
  for (let piece = 1; piece * pieceLength < text.length; piece++)
    entity[`data${piece}`] = text.slice(piece * pieceLength, (piece + 1) * pieceLength)
  return entity
}

/** Parses a stored row. Throws an error that names the row when it isn't what the schema says. */
export function decode<T extends z.ZodType>(
  schema: T,
  entity: Readonly<Record<string, unknown>>,
): z.infer<T> {
  const pieces = [entity['data']]
  for (let piece = 1; entity[`data${piece}`] !== undefined; piece++) pieces.push(entity[`data${piece}`])
  const parsed = schema.safeParse(JSON.parse(pieces.join('')))
  if (parsed.success) return parsed.data
  const where = `${String(entity['partitionKey'])}/${String(entity['rowKey'])}`
  throw new Error(`Stored row ${where} doesn't have its shape: ${parsed.error.message}`)
}
