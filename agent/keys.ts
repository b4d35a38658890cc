import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PublicKey } from '../orchestrations/contracts/agent.ts'
import { ClientId, ServerId } from '../orchestrations/domain/ids.ts'

/** What the server said at enrolment. */
export const Registration = z.object({
  clientId: ClientId,
  serverId: ServerId,
  commandKeys: z.array(PublicKey),
  epoch: z.int(),
})
export type Registration = z.infer<typeof Registration>

/** Where a host keeps its private key and its registration; the key never leaves it. */
export interface KeyStore {
  loadKey(): KeyObject | undefined
  saveKey(key: KeyObject): void
  loadRegistration(): Registration | undefined
  saveRegistration(registration: Registration): void
}

export function generateHostKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** The public half, as enrolment sends it. */
export function publicHalf(privateKey: KeyObject): PublicKey {
  const { kty, crv, x, y } = privateKey.export({ format: 'jwk' })
  return PublicKey.parse({ kty, crv, x, y })
}

export interface FileKeyStore extends KeyStore {
  readonly keyFile: string
}

/** Two files readable by their owner only. Throws what the file system says, and on damaged contents. */
export function openFileKeyStore(folder: string): FileKeyStore {
  const keyFile = join(folder, 'key.pem')
  const registrationFile = join(folder, 'registration.json')
  return {
    keyFile,
    loadKey() {
      const pem = readIfExists(keyFile)
      return pem === undefined ? undefined : createPrivateKey(pem)
    },
    saveKey: (key) => replace(keyFile, key.export({ format: 'pem', type: 'pkcs8' }).toString()),
    loadRegistration() {
      const text = readIfExists(registrationFile)
      return text === undefined ? undefined : Registration.parse(JSON.parse(text))
    },
    saveRegistration: (registration) => replace(registrationFile, JSON.stringify(registration)),
  }

  function replace(file: string, text: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
