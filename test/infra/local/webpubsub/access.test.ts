import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { accessKey, startRig } from './rig.ts'

const minute = 60_000
let clock: number
let rig: Awaited<ReturnType<typeof startRig>>
beforeEach(async () => {
  clock = Date.now()
  rig = await startRig({ now: () => clock })
})
afterEach(() => rig.close())

const enter = (url: string) => rig.client(url, { autoReconnect: false }).client.start()

it('lets a fresh token in and refuses the same one after its time', async () => {
  const { url } = await rig.service.getClientAccessToken({ expirationTimeInMinutes: 5 })
  clock += 4 * minute
  await expect(enter(url)).resolves.toBeUndefined()
  clock += 2 * minute
  await expect(enter(url)).rejects.toThrow('401')
})

it('refuses a token that another key signed', async () => {
  const forger = new WebPubSubServiceClient(
    rig.emulator.connectionString.replace(accessKey, `${accessKey}-guessed`),
    'live',
    { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } },
  )
  const { url } = await forger.getClientAccessToken()
  await expect(enter(url)).rejects.toThrow('401')
  await expect(forger.sendToAll('x')).rejects.toMatchObject({ statusCode: 401 })
})

it('refuses a token whose claims were changed after signing', async () => {
  const { url } = await rig.service.getClientAccessToken({ groups: ['mine'] })
  const [head = '', payload = '', signature = ''] = url.split('access_token=')[1]?.split('.') ?? []
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, 'webpubsub.group': ['theirs'] })).toString(
    'base64url',
  )
  await expect(enter(url.replace(payload, forged))).rejects.toThrow('401')
  await expect(enter(url.replace(`${head}.${payload}.${signature}`, 'rubbish'))).rejects.toThrow('401')
  await expect(enter(url.replace(/\?.*/, ''))).rejects.toThrow('401')
})

it('refuses an unsigned token', async () => {
  const { url, token } = await rig.service.getClientAccessToken()
  const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${token.split('.')[1]}.`
  await expect(enter(url.replace(token, unsigned))).rejects.toThrow('401')
})

it('refuses a token of another hub, and a client token at the REST door', async () => {
  const { url, token } = await rig.service.getClientAccessToken()
  await expect(enter(url.replace('/hubs/live', '/hubs/other'))).rejects.toThrow('401')
  const answer = await fetch(`http://127.0.0.1:${rig.emulator.port}/api/hubs/live/:send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
    body: 'x',
  })
  expect(answer.status).toBe(401)
})
