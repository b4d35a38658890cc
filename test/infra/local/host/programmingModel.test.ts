import { describe, expect, test } from 'vitest'
import { loadApp } from '../../../../infra/local/host/programmingModel.ts'
import { fixtureApp } from './fixtures.ts'

const get = (url: string, params: Record<string, string> = {}) => ({
  triggerData: { http: { method: 'GET', url, params } },
})

describe('an app loaded into the host', () => {
  const loading = loadApp(fixtureApp('basic'))

  test('has the functions of every file that "main" matches', async () => {
    const app = await loading
    expect([...app.functions.keys()]).toContain('hello')
    expect(app.functions.get('hello')?.trigger).toMatchObject({ type: 'httpTrigger', route: 'hello/{name?}' })
  })

  test('answers an HTTP request through the library', async () => {
    const app = await loading
    const { returnValue } = await app.invoke('hello', get('http://host/api/hello/ann', { name: 'ann' }))
    expect(returnValue?.http?.statusCode).toBe('200')
    expect(Buffer.from(returnValue?.http?.body?.bytes ?? []).toString()).toBe('{"hello":"ann"}')
  })

  test('refuses a name that it does not have', async () => {
    await expect((await loading).invoke('nobody', get('http://host/'))).rejects.toThrow("'nobody'")
  })
})

test('a folder without an app is named in one line', async () => {
  await expect(loadApp('/nowhere/at/all')).rejects.toThrow('There is no app in /nowhere/at/all')
})
