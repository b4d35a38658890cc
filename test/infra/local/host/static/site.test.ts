import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Front } from '../../../../../infra/local/host/http/front.ts'
import { staticSite } from '../../../../../infra/local/host/static/site.ts'
import { testFolder } from '../hostProcess.ts'

let folder = ''
let url = ''
beforeEach(async () => {
  const outer = testFolder()
  folder = join(outer, 'site')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(outer, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'index.html'), '<title>page</title>')
  writeFileSync(join(folder, 'assets/app-D4x_9aBc.js'), 'export {}')
  writeFileSync(join(folder, 'plain.css'), 'a{}')
  writeFileSync(join(folder, '.env'), 'secret')
  symlinkSync(join(outer, 'secret.txt'), join(folder, 'link.txt'))
  writeFileSync(
    join(folder, 'staticwebapp.config.json'),
    JSON.stringify({
      navigationFallback: { rewrite: '/index.html', exclude: ['/assets/*', '*.{png,svg}'] },
      globalHeaders: { 'X-Frame-Options': 'DENY' },
      routes: [{ route: '/plain.css', headers: { 'Cache-Control': 'max-age=5' } }],
    }),
  )
  const front = await Front.listen(0, () => undefined)
  front.open([staticSite({ folder, defines: {}, reserved: ['/api'] })])
  url = `http://127.0.0.1:${front.port}`
  onTestFinished(() => front.close(0))
})

const page = { headers: { accept: 'text/html,*/*' } }
const status = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status

/** Sends the path as it is, where fetch would tidy it up. */
const rawStatus = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { path }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })

test('files come with type, tag, and how long they may be kept', async () => {
  const headersOf = async (path: string) => {
    const { headers } = await fetch(`${url}${path}`)
    return ['content-type', 'cache-control', 'x-frame-options'].map((name) => headers.get(name))
  }
  expect(await headersOf('/')).toEqual(['text/html; charset=utf-8', 'no-cache', 'DENY'])
  const forever = 'public, max-age=31536000, immutable'
  expect(await headersOf('/assets/app-D4x_9aBc.js')).toEqual([
    'text/javascript; charset=utf-8',
    forever,
    'DENY',
  ])
  expect(await headersOf('/plain.css')).toEqual(['text/css; charset=utf-8', 'max-age=5', 'DENY'])
})

test('an unchanged file is not sent again, a changed one is', async () => {
  const etag = (await fetch(`${url}/plain.css`)).headers.get('etag') ?? ''
  const again = () => fetch(`${url}/plain.css`, { headers: { 'if-none-match': etag } })
  expect((await again()).status).toBe(304)
  writeFileSync(join(folder, 'plain.css'), 'b{color:red}')
  const changed = await again()
  expect([changed.status, await changed.text()]).toEqual([200, 'b{color:red}'])
})

test('a page stands in for a path that a browser opens, not for data, assets or the API', async () => {
  expect(await (await fetch(`${url}/clients/7`, page)).text()).toBe('<title>page</title>')
  expect(await status('/clients/7')).toBe(404)
  expect(await status('/assets/gone.js', page)).toBe(404)
  expect(await status('/logo.svg', page)).toBe(404)
  expect(await status('/api/none', page)).toBe(404)
  expect(await status('/clients/7', { ...page, method: 'POST' })).toBe(404)
})

describe('nothing else can be read', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/link.txt',
    '/.env',
    '/staticwebapp.config.json',
    '/assets',
    '/%00',
    '/%zz',
  ])('%s', async (path) => {
    expect(await rawStatus(path)).toBe(404)
  })
})

test('a folder that is missing is named', () => {
  expect(() => staticSite({ folder: join(folder, 'none'), defines: {}, reserved: [] })).toThrow(
    `There is no folder ${join(folder, 'none')}`,
  )
})
