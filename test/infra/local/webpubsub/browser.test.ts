import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { WebPubSubClient } from '@azure/web-pubsub-client'
import { expect, it } from 'vitest'
import { startRig } from './rig.ts'

const browserBuild = pathToFileURL(
  resolve(import.meta.dirname, '../../../../node_modules/@azure/web-pubsub-client/dist/browser/index.js'),
).href

it('works with the build that browsers load, on a WebSocket of the web standard', async () => {
  const sdk: { WebPubSubClient: typeof WebPubSubClient } = await import(/* @vite-ignore */ browserBuild)
  const rig = await startRig()
  const { url } = await rig.service.getClientAccessToken({ roles: ['webpubsub.joinLeaveGroup.g'] })
  const client = new sdk.WebPubSubClient(url)
  const message = new Promise((got) => client.on('group-message', (event) => got(event.message.data)))
  await client.start()
  await client.joinGroup('g')
  await rig.service.group('g').sendToAll({ rows: 1 })
  expect(await message).toEqual({ rows: 1 })
  client.stop()
  await rig.close()
})
