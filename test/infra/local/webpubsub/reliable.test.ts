import { WebPubSubJsonProtocol } from '@azure/web-pubsub-client'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Limits } from '../../../../infra/local/webpubsub/session.ts'
import { next, startRelay, startRig } from './rig.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const start = async (limits: Partial<Limits> = {}) => {
  const rig = await startRig({ limits })
  const relay = await startRelay(rig.emulator.port)
  cleanups.push(() => relay.close(), rig.close)
  const { url } = await rig.service.getClientAccessToken({ groups: ['g'], userId: 'ann' })
  return { rig, relay, url: url.replace(`:${rig.emulator.port}/`, `:${relay.port}/`) }
}

it('replays what a client missed while its TCP connection was cut, once and in order', async () => {
  const { rig, relay, url } = await start()
  const { client, inbox } = rig.client(url)
  let greetings = 0
  client.on('connected', () => greetings++)
  await client.start()
  const group = rig.service.group('g')
  for (let n = 0; n < 5; n++) await group.sendToAll({ n })
  await inbox.reaches(5)
  relay.cut()
  for (let n = 5; n < 20; n++) await group.sendToAll({ n })
  relay.mend()
  await inbox.reaches(20)
  await group.sendToAll({ n: 20 })
  await inbox.reaches(21)
  expect(inbox.received).toEqual(Array.from({ length: 21 }, (_, n) => ({ n })))
  expect(greetings).toBe(1)
})

it('brings clients back, with their groups, after the emulator itself was started again', async () => {
  const rig = await startRig()
  const { url } = await rig.service.getClientAccessToken({ roles: ['webpubsub.joinLeaveGroup.joined'] })
  const { client, inbox } = rig.client(url)
  const first = next(client, 'connected')
  await client.start()
  await first
  await client.joinGroup('joined')
  const again = next(client, 'connected')
  await rig.emulator.close()
  const second = await startRig({ port: rig.emulator.port })
  cleanups.push(second.close, rig.close)
  await again
  await second.service.group('joined').sendToAll('seen', { contentType: 'text/plain' })
  await inbox.reaches(1)
  expect(inbox.received).toEqual(['seen'])
})

it('forgets a client that stays away too long; it comes back as a new connection', async () => {
  const { rig, relay, url } = await start({ recoveryMs: 20 })
  const { client, inbox } = rig.client(url)
  const first = next(client, 'connected')
  await client.start()
  await first
  const again = next(client, 'connected')
  relay.cut()
  while (await rig.service.userExists('ann')) await new Promise((resolve) => setTimeout(resolve, 5))
  await rig.service.group('g').sendToAll('missed', { contentType: 'text/plain' })
  relay.mend()
  await again
  await rig.service.group('g').sendToAll('seen', { contentType: 'text/plain' })
  await inbox.reaches(1)
  expect(inbox.received).toEqual(['seen'])
})

it('loses the messages of an absent client with the plain subprotocol', async () => {
  const { rig, relay, url } = await start()
  const { client, inbox } = rig.client(url, { protocol: WebPubSubJsonProtocol() })
  const first = next(client, 'connected')
  await client.start()
  await first
  const again = next(client, 'connected')
  relay.cut()
  while (await rig.service.userExists('ann')) await new Promise((resolve) => setTimeout(resolve, 5))
  await rig.service.group('g').sendToAll('missed', { contentType: 'text/plain' })
  relay.mend()
  await again
  await rig.service.group('g').sendToAll('seen', { contentType: 'text/plain' })
  await inbox.reaches(1)
  expect(inbox.received).toEqual(['seen'])
})

it('refuses recovery with a wrong reconnection token by closing with 1008', async () => {
  const { rig, relay, url } = await start()
  const { client } = rig.client(url)
  const id = new Promise<string>((resolve) => client.on('connected', (event) => resolve(event.connectionId)))
  await client.start()
  const thief = raw(
    `ws://127.0.0.1:${relay.port}/client/hubs/live?awps_connection_id=${await id}&awps_reconnection_token=guess`,
  )
  expect(await thief.closed).toBe(1008)
  expect(thief.frames).toEqual([])
})

it('does not deliver to a returning client what outlived its time', async () => {
  const rig = await startRig({ now: () => clock })
  cleanups.push(rig.close)
  let clock = Date.now()
  const { url } = await rig.service.getClientAccessToken({ groups: ['g'] })
  const first = raw(url)
  const greeting = await first.frame(0)
  first.socket.terminate()
  await first.closed
  await rig.service.group('g').sendToAll('short', { contentType: 'text/plain', messageTtlSeconds: 60 })
  await rig.service.group('g').sendToAll('lasting', { contentType: 'text/plain' })
  clock += 61_000
  const second = raw(
    `${url}&awps_connection_id=${String(greeting['connectionId'])}&awps_reconnection_token=${String(greeting['reconnectionToken'])}`,
  )
  expect(await second.frame(1)).toMatchObject({ data: 'lasting', sequenceId: 2 })
  second.socket.terminate()
})

it('drops a client that acknowledges nothing before its backlog grows past the limit', async () => {
  const { rig, url } = await start({ unacknowledgedMessages: 10 })
  const mute = raw(url)
  await mute.frame(0)
  for (let n = 0; n < 11; n++) await rig.service.group('g').sendToAll({ n })
  expect(await mute.closed).toBe(1008)
  expect(mute.frames.at(-1)).toMatchObject({ event: 'disconnected' })
  expect(await rig.service.userExists('ann')).toBe(false)
})

it('drops a client that reads nothing before its socket buffer grows past the limit', async () => {
  const { rig, relay, url } = await start({ socketBytes: 1024 * 1024 })
  const { client } = rig.client(url, { protocol: WebPubSubJsonProtocol(), autoReconnect: false })
  await client.start()
  relay.pause()
  const big = 'x'.repeat(512 * 1024)
  for (let n = 0; n < 200 && (await rig.service.userExists('ann')); n++) {
    await rig.service.group('g').sendToAll(big, { contentType: 'text/plain' })
  }
  expect(await rig.service.userExists('ann')).toBe(false)
})

it.each([
  ['no JSON', '{'],
  ['an unknown request', '{"type":"dance"}'],
  ['a binary frame', Buffer.from([1, 2])],
])('ends a connection that sends %s', async (_, frame) => {
  const { url } = await start()
  const broken = raw(url)
  await broken.frame(0)
  broken.socket.send(frame)
  expect(await broken.closed).toBe(1008)
})

it('answers a ping, and numbers messages without gaps', async () => {
  const { rig, url } = await start()
  const client = raw(url)
  await client.frame(0)
  client.socket.send('{"type":"ping"}')
  expect(await client.frame(1)).toEqual({ type: 'pong' })
  await rig.service.group('g').sendToAll([1])
  await rig.service.sendToUser('ann', [2])
  expect(await client.frame(2)).toMatchObject({ sequenceId: 1, from: 'group', group: 'g', data: [1] })
  expect(await client.frame(3)).toMatchObject({ sequenceId: 2, from: 'server', data: [2] })
  client.socket.terminate()
})

/** A WebSocket of the reliable subprotocol without the SDK's manners. */
const raw = (url: string) => {
  const socket = new WebSocket(url, 'json.reliable.webpubsub.azure.v1')
  const frames: Record<string, unknown>[] = []
  socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString('utf8'))))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  const frame = async (index: number): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = frames[index]
      if (found !== undefined) return found
      await new Promise((resolve) => socket.once('message', resolve))
    }
  }
  return { socket, frames, closed, frame }
}
