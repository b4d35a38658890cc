import { HttpRequest } from '@azure/functions'
import { describe, expect, test } from 'vitest'
import { methodsAt, serveUnknown } from '../../../functions/http/fallback.ts'
import { operatorRoutes } from '../../../functions/http/operator/routes.ts'

async function ask(method: string, rest: string) {
  const url = `http://127.0.0.1/api/${rest}`
  const answer = await serveUnknown(operatorRoutes, new HttpRequest({ method, url, params: { rest } }))
  const headers = new Headers(answer.headers)
  return {
    status: answer.status,
    allow: headers.get('allow'),
    headers,
    body: typeof answer.body === 'string' ? answer.body : '',
  }
}

describe('What no route answers', () => {
  test('is a 404 in the form of a problem when there is no such path', async () => {
    for (const rest of ['', 'nothing', 'clients/a/b/c', 'campaigns/x/start/y', '../admin']) {
      const { status, body, headers } = await ask('GET', rest)
      expect([rest, status]).toEqual([rest, 404])
      expect(JSON.parse(body)).toMatchObject({ type: '/problems/not-found', status: 404 })
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('is a 405 with Allow when the path is for other methods', async () => {
    expect(await ask('DELETE', 'campaigns')).toMatchObject({ status: 405, allow: 'GET, HEAD, POST, OPTIONS' })
    expect(await ask('GET', 'campaigns/x/start')).toMatchObject({ status: 405, allow: 'POST, OPTIONS' })
    expect(await ask('PUT', 'Waivers/client-0001.dc01')).toMatchObject({
      status: 405,
      allow: 'DELETE, OPTIONS',
    })
  })

  test('says to OPTIONS what a path takes, and lets no other origin in', async () => {
    const answer = await ask('OPTIONS', 'stop')
    expect(answer).toMatchObject({ status: 204, allow: 'GET, HEAD, POST, OPTIONS', body: '' })
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })
})

test('Every route is found at its own path', () => {
  for (const { method, path } of operatorRoutes)
    expect(methodsAt(operatorRoutes, path.replaceAll(/\{\w+\}/g, 'x'))).toContain(method)
})
