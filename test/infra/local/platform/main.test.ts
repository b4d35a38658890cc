import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TableClient } from '@azure/data-tables'
import { ServiceBusClient } from '@azure/service-bus'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { WebPubSubClient } from '@azure/web-pubsub-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { createSupervisor, type Supervisor } from '../../../../infra/local/supervisor/supervise.ts'

const program = resolve(import.meta.dirname, '../../../../infra/local/platform/main.ts')
const readySchema = z.object({
  kind: z.literal('ready'),
  tables: z.string(),
  serviceBus: z.string(),
  webPubSub: z.string(),
})

let data: string
let supervisor: Supervisor
let lines: string[]
let onLine: (line: string) => void
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'platform-'))
  lines = []
  onLine = () => undefined
  supervisor = createSupervisor({
    dataFolder: data,
    now: Date.now,
    onEvent: (event) => {
      if (event.kind !== 'line') return
      lines.push(event.line)
      onLine(event.line)
    },
  })
})
afterEach(async () => {
  await supervisor.stop()
  rmSync(data, { recursive: true, force: true })
})

const start = () =>
  supervisor.start({
    name: 'platform',
    args: [program, '--data', data, '--auto-create-queues', '^q-'],
    ready: { kind: 'line', matches: (line) => line.includes('"kind":"ready"') },
  })

it('serves the three official SDKs, and the same addresses and data after kill -9', async () => {
  const first = await start()
  const strings = readySchema.parse(JSON.parse(first.line ?? ''))
  const table = TableClient.fromConnectionString(strings.tables, 'things', { allowInsecureConnection: true })
  await table.createTable()
  await table.createEntity({ partitionKey: 'p', rowKey: 'r', value: 7 })

  const again = new Promise<string>((resolveLine) => (onLine = resolveLine))
  process.kill(first.pid, 'SIGKILL')
  expect(readySchema.parse(JSON.parse(await again))).toEqual(strings)

  expect(await table.getEntity('p', 'r')).toMatchObject({ value: 7 })
  expect(await throughServiceBus(strings.serviceBus)).toBe('over the bus')
  expect(await throughWebPubSub(strings.webPubSub)).toBe('over the socket')
})

it('is one clear line and exit code 2 for a second start on the same data', async () => {
  const { pid } = await start()
  const second = spawnSync(process.execPath, [program, '--data', data], { encoding: 'utf8' })
  expect(second.status).toBe(2)
  expect(second.stderr).toBe(
    `The data folder ${join(data, 'platform')} is in use by process ${pid}: stop that one, or give another folder with --data DIR.\n`,
  )
})

it('closes its services and frees its folder on SIGTERM', async () => {
  const { line } = await start()
  await supervisor.stop()
  const { tables } = readySchema.parse(JSON.parse(line ?? ''))
  const endpoint = /TableEndpoint=([^;]+)/.exec(tables)?.[1] ?? ''
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
  expect(existsSync(join(data, 'platform/tables.sqlite-wal'))).toBe(false)
})

const throughServiceBus = async (connectionString: string): Promise<unknown> => {
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } })
  try {
    await client.createSender('q-one').sendMessages({ body: 'over the bus' })
    const receiver = client.createReceiver('q-one', { receiveMode: 'receiveAndDelete' })
    const [message] = await receiver.receiveMessages(1)
    return message?.body
  } finally {
    await client.close()
  }
}

const throughWebPubSub = async (connectionString: string): Promise<unknown> => {
  const service = new WebPubSubServiceClient(connectionString, 'live', { allowInsecureConnection: true })
  const { url } = await service.getClientAccessToken({ groups: ['g'] })
  const client = new WebPubSubClient(url)
  try {
    const message = new Promise((resolveData) =>
      client.on('group-message', (event) => resolveData(event.message.data)),
    )
    const connected = new Promise((resolveId) => client.on('connected', resolveId))
    await client.start()
    await connected
    await service.group('g').sendToAll('over the socket', { contentType: 'text/plain' })
    return await message
  } finally {
    client.stop()
  }
}
