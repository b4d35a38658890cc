import { randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeWhole } from '../../platform/files.ts'
import type { Exchange } from './exchange.ts'
import type { AuthLevel } from './routes.ts'

const schema = z.object({ masterKey: z.string().min(20), functionKey: z.string().min(20) })
export type HostKeys = z.infer<typeof schema>

/** The host's keys from `file`, made there the first time. Throws an error naming a spoiled file. */
export function openHostKeys(file: string): HostKeys {
  if (!existsSync(file)) {
    const keys = { masterKey: newKey(), functionKey: newKey() }
    writeWhole(file, JSON.stringify(keys, null, 2), 0o600)
    return keys
  }
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(
      `The keys in ${file} are spoiled: put a copy back, or delete it to have them made anew.`,
      {
        cause: error,
      },
    )
  }
}

/**
 * Whether the caller may run a function of that level: its key comes as `x-functions-key` or `?code=`.
 * Source: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
 */
export function isAllowed(level: AuthLevel, exchange: Exchange, keys: HostKeys): boolean {
  if (level === 'anonymous') return true
  const header = exchange.request.headers['x-functions-key']
  const given = typeof header === 'string' ? header : new URLSearchParams(exchange.search).get('code')
  if (given === null) return false
  return same(given, keys.masterKey) || (level === 'function' && same(given, keys.functionKey))
}

const newKey = (): string => randomBytes(42).toString('base64url')

function same(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
