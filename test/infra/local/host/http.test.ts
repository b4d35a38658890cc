import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureApp } from './fixtures.ts'
import { HostProcess, tempFolder } from './hostProcess.ts'

const data = tempFolder()
const host = new HostProcess(['--app', fixtureApp('basic'), '--data', data], { BASIC_KEPT: 'from outside' })
beforeAll(() => host.ready())
afterAll(async () => {
  await host.end()
  rmSync(data, { recursive: true })
})

const text = async (path: string, init?: RequestInit) => (await host.fetch(path, init)).text()

/** A request that fetch would not send as it is. */
function raw(options: { path: string; method?: string; headers?: Record<string, string> }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${host.url}/`, options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('routes', () => {
  test('the more exact template wins, whatever the order of registration', async () => {
    expect(await text('/api/things/special')).toBe('special')
    expect(await text('/api/things/12')).toBe('number')
    expect(await text('/api/things/12a')).toBe('name 12a')
  })

  test('parameters may be missing, are decoded, and literal text ignores case', async () => {
    expect(await text('/api/hello')).toBe('{"hello":"nobody"}')
    expect(await text('/API/Hello/J%C3%BCrgen%2FMeier')).toBe('{"hello":"Jürgen/Meier"}')
  })

  test('a path that no function has is not found', async () => {
    expect((await host.fetch('/api/none')).status).toBe(404)
    expect((await host.fetch('/hello')).status).toBe(404)
    expect(await raw({ path: '/api/hello/%zz' })).toBe(404)
  })

  test('another method is refused with those that there are', async () => {
    const refused = await host.fetch('/api/hello', { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    const options = await host.fetch('/api/echo/x', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, PUT, OPTIONS'])
  })

  test('HEAD is GET without the body', async () => {
    const head = await host.fetch('/api/hello', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '18', ''])
  })
})

describe('requests and answers', () => {
  test('carry any bytes, repeated query values and headers', async () => {
    const body = randomBytes(300_000)
    const answer = await host.fetch('/api/echo/a/b%20c?q=1&q=2', { method: 'POST', body })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('x-path')).toBe('a/b c')
    expect(answer.headers.get('x-query')).toBe('1|2')
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
  })

  test('may have no body', async () => {
    expect(await text('/api/echo', { method: 'PUT' })).toBe('')
    const none = await host.fetch('/api/nothing')
    expect([none.status, await none.text()]).toEqual([204, ''])
  })

  test('set cookies with what they are limited to', async () => {
    const { headers } = await host.fetch('/api/cookies')
    expect(headers.getSetCookie()).toEqual([
      'a=1%202; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Strict',
      'b=2; Expires=Thu, 01 Jan 1970 00:00:01 GMT',
    ])
  })

  test('a body over 100 MB is refused unread', async () => {
    const headers = { 'content-length': String(100 * 1024 * 1024 + 1) }
    expect(await raw({ path: '/api/echo', method: 'POST', headers })).toBe(413)
  })

  test('a caller that goes away meanwhile is no fault of the host', async () => {
    const { port } = new URL(host.url)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    const head = 'POST /api/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n'
    socket.end(`${head}half`)
    await once(socket.resume(), 'close')
    expect(await text('/api/hello')).toBe('{"hello":"nobody"}')
    expect(host.stderr).not.toContain('error Host')
  })

  test('a host name that is none is refused', async () => {
    expect(await raw({ path: '/api/hello', headers: { host: 'a b' } })).toBe(400)
  })
})

describe('failures', () => {
  test('tell the caller nothing and the log everything, in one line', async () => {
    const failed = await host.fetch('/api/fails')
    expect([failed.status, await failed.text()]).toEqual([500, ''])
    const line = host.stderr.split('\n').find((one) => one.includes('the secret reason'))
    expect(line).toMatch(
      /^\S+Z error Function\.fails The function failed: Error: the secret reason ⏎ .*http\.ts/,
    )
  })
})

describe('keys', () => {
  const keys = () =>
    JSON.parse(readFileSync(join(data, 'host-keys.json'), 'utf8')) as {
      masterKey: string
      functionKey: string
    }

  test('open what asks for them, by header or query, and only their own level', async () => {
    const { masterKey, functionKey } = keys()
    const status = async (path: string, key?: string) =>
      (await host.fetch(path, key === undefined ? {} : { headers: { 'x-functions-key': key } })).status
    expect(await status('/api/keyed')).toBe(401)
    expect(await status('/api/keyed', 'wrong')).toBe(401)
    expect(await status('/api/keyed', functionKey)).toBe(200)
    expect(await status('/api/keyed', masterKey)).toBe(200)
    expect(await status(`/api/keyed?code=${functionKey}`)).toBe(200)
    expect(await status('/api/ruled', functionKey)).toBe(401)
    expect(await status('/api/ruled', masterKey)).toBe(200)
  })

  test('are readable by their owner only', () => {
    expect(statSync(join(data, 'host-keys.json')).mode & 0o077).toBe(0)
  })
})

describe('the app', () => {
  test('gets local settings where the environment has none, and the host name', async () => {
    const own = host.url.replace('http://', '')
    expect(await host.json('/api/setting')).toEqual(['from the settings', 'from outside', own])
  })

  test('logs in one line from its level on', async () => {
    await text('/api/chatty')
    expect(host.stderr).toContain('information Function.chatty.User several ⏎ lines\n')
    expect(host.stderr).not.toContain('too fine')
  })

  test('has run its timer at the start', async () => {
    const fired = await host.json('/api/fired')
    expect(fired).toMatchObject([
      { isPastDue: false, scheduleStatus: { next: expect.stringContaining('T03:00:00') as string } },
    ])
  })
})

describe('/admin', () => {
  test('tells how the host is', async () => {
    expect(await host.json('/admin/host/status?reset')).toMatchObject({
      state: 'running',
      functions: expect.arrayContaining([{ name: 'hello', trigger: 'httpTrigger' }]) as unknown[],
      eventLoopDelay: { p999: expect.any(Number) as number, max: expect.any(Number) as number },
      planClock: { speed: 1, held: false },
    })
  })

  test('runs a timer at once, and nothing else', async () => {
    const before = (await host.json('/api/fired')) as unknown[]
    expect((await host.fetch('/admin/functions/atStart', { method: 'POST' })).status).toBe(202)
    expect((await host.fetch('/admin/functions/hello', { method: 'POST' })).status).toBe(404)
    expect(await host.json('/api/fired')).toHaveLength(before.length + 1)
  })

  test('refuses pages of other origins and rebound names', async () => {
    const origin = { origin: 'https://elsewhere.example' }
    expect((await host.fetch('/admin/host/status', { headers: origin })).status).toBe(403)
    expect(await raw({ path: '/admin/host/status', headers: { host: 'elsewhere.example' } })).toBe(403)
  })
})
