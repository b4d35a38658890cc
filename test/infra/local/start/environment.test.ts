import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { readSettings } from '../../../../functions/settings.ts'
import { appSettings } from '../../../../infra/local/start/environment.ts'

test('A rehearsal asks for no evidence of labs, since its Windows is simulated', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signingKey = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const platform = { kind: 'ready', tables: 't', serviceBus: 's', webPubSub: 'w' } as const
  const where = { data: '/data', base: 'http://127.0.0.1:1/', servers: 10 }
  const made = appSettings(platform, { signingKey, operator: 'o', approver: 'a' }, 'system', where)
  expect(readSettings(made).ATLAS_EVIDENCE).toBe('off')
  const { ATLAS_EVIDENCE, ...outside } = made
  expect(ATLAS_EVIDENCE).toBe('off')
  expect(readSettings(outside).ATLAS_EVIDENCE).toBe('required')
})
