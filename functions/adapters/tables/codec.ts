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
  const [first, ...others] = piecesOf(JSON.stringify(value))
  const entity: Entity = { partitionKey, rowKey, data: first }
  for (const [index, piece] of others.entries()) entity[`data${index + 1}`] = piece
  return entity
}

function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length;) {
    let to = from + pieceLength
    // A pair of surrogates stays together: half of one is no character, and is not kept as it was.
    if (/[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

/** Parses a stored row. Throws an error that names the row when it isn't what the schema says. */
export function decode<T extends z.ZodType>(
  schema: T,
  entity: Readonly<Record<string, unknown>>,
): z.infer<T> {
  const pieces = [entity['data']]
  for (let piece = 1; entity[`data${piece}`] !== undefined; piece++) pieces.push(entity[`data${piece}`])
  const where = `${String(entity['partitionKey'])}/${String(entity['rowKey'])}`
  const parsed = schema.safeParse(parse(pieces.join(''), where))
  if (parsed.success) return parsed.data
  throw new Error(`Stored row ${where} doesn't have its shape: ${parsed.error.message}`)
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`Stored row ${where} is not JSON: ${String(error)}`, { cause: error })
  }
}
