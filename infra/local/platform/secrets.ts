import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readOrUndefined, writeWhole } from './files.ts'

const secretsSchema = z.object({
  tablesAccountKey: z.base64(),
  serviceBusKey: z.base64(),
  webPubSubKey: z.base64(),
})

export type Secrets = z.infer<typeof secretsSchema>

/**
 * The platform's keys: drawn once, then the same on every start, so that connection strings stay valid.
 * Kept in `<folder>/secrets.json`, readable by its owner alone (mode 0600).
 */
export const loadSecrets = (folder: string): Secrets => {
  const path = join(folder, 'secrets.json')
  const known = readOrUndefined(path, secretsSchema)
  if (known !== undefined) return known
  const key = (bytes: number): string => randomBytes(bytes).toString('base64')
  // Sizes of Azure's own keys: 512 bits for storage, 256 for the others.
  const secrets = { tablesAccountKey: key(64), serviceBusKey: key(32), webPubSubKey: key(32) }
  writeWhole(path, JSON.stringify(secrets), 0o600)
  return secrets
}
