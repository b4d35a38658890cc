import { beforeAll, describe, expect, test } from 'vitest'
import { loadApp, type LoadedApp } from '../../../../infra/local/host/programmingModel.ts'
import { fixtureApp } from './fixtures.ts'

const get = (url: string, params: Record<string, string> = {}) => ({
  triggerData: { http: { method: 'GET', url, params } },
})

describe('an app loaded into the host', () => {
  let app: LoadedApp
  beforeAll(async () => {
    app = await loadApp(fixtureApp('basic'))
  })

  test('has the functions of every file that "main" matches', async () => {
    expect([...app.functions.keys()]).toContain('hello')
    expect(app.functions.get('hello')?.trigger).toMatchObject({ type: 'httpTrigger', route: 'hello/{name?}' })
  })

  test('answers an HTTP request through the library', async () => {
    const { returnValue } = await app.invoke('hello', get('http://host/api/hello/ann', { name: 'ann' }))
    expect(returnValue?.http?.statusCode).toBe('200')
    expect(Buffer.from(returnValue?.http?.body?.bytes ?? []).toString()).toBe('{"hello":"ann"}')
  })

  test('refuses a name that it does not have', async () => {
    await expect(app.invoke('nobody', get('http://host/'))).rejects.toThrow("'nobody'")
  })
})

test('a folder without an app is named in one line', async () => {
  await expect(loadApp('/nowhere/at/all')).rejects.toThrow('There is no app in /nowhere/at/all')
})

describe('hooks', () => {
  const lines: string[] = []
  let app: LoadedApp
  beforeAll(async () => {
    app = await loadApp(fixtureApp('hooks'), (level, category, name, message) =>
      lines.push(`${level} ${category} ${name} ${message}`),
    )
  })
  const say = async (word: string, name = 'say') =>
    (await app.invoke(name, { triggerData: { string: word } })).returnValue

  test('exchange inputs, the handler, the result and the error', async () => {
    await app.start()
    expect(await say('plain')).toEqual({ string: 'plain' })
    expect(await say('swap')).toEqual({ string: 'swapped' })
    expect(await say('replace')).toEqual({ string: 'replaced' })
    expect(await say('fail')).toEqual({ string: 'rescued' })
    await app.terminate()
    expect(JSON.parse((await say('x', 'seen'))?.json ?? '')).toEqual([
      'start',
      'before say',
      'after plain 1',
      'before say',
      'after swapped 1',
      'before say',
      'after replaced 1',
      'before say',
      'after failed 1',
      'terminate',
      'before seen',
    ])
  })

  test('rewrite what is logged', async () => {
    await say('word')
    expect(lines.at(-1)).toBe('warning user say the *** word')
  })

  test('an output is given by the name of its binding', async () => {
    const { outputs } = await app.invoke('send', { triggerData: { string: 'w' } })
    expect(outputs).toEqual({ parcel: { json: '{"word":"w"}' } })
  })
})
