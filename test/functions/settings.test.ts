import { expect, test } from 'vitest'
import { readSettings } from '../../functions/settings.ts'

const whole = {
  ATLAS_TABLES: 'x',
  ATLAS_SERVICE_BUS: '["x"]',
  ATLAS_WEB_PUBSUB: 'x',
  ATLAS_SIGNING_KEY: 'PRIVATE KEY',
}
const withHook = (url: string) => () =>
  readSettings({ ...whole, ATLAS_WEBHOOK: JSON.stringify({ url, secret: 'sixteen characters' }) })

test('Notices are off until they are configured', () => {
  expect(readSettings(whole)).not.toHaveProperty('ATLAS_MAIL')
})

test('A webhook is https; http only to this machine', () => {
  expect(withHook('https://hooks.example/x')).not.toThrow()
  expect(withHook('http://127.0.0.1:8080/x')).not.toThrow()
  for (const url of [
    'http://hooks.example/x',
    'http://127.0.0.1.example/x',
    'ftp://x.example/',
    'file:///etc',
  ])
    expect(withHook(url)).toThrow('https only')
})

test('A setting that cannot be read is named, without what it holds', () => {
  const read = () => readSettings({ ...whole, ATLAS_MAIL: '{"smtp":"smtp://u:hunter2@h"' })
  expect(read).toThrow('ATLAS_MAIL')
  expect(read).not.toThrow('hunter2')
})
