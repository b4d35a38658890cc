import { createServer } from 'node:http'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createDurableEngine,
  type DurableEngine,
  type FunctionInvoker,
} from '../../../../infra/local/durable/engine.ts'
import { durableClientInput } from '../../../../infra/local/durable/links.ts'
import { loadApp, type LoadedApp, type RpcTypedData } from '../../../../infra/local/host/programmingModel.ts'
import { planClock, tempFolder, until } from './harness.ts'

// Node evaluates an app's modules once, so it is loaded once.
const loaded = loadApp(path.join(import.meta.dirname, '../../../fixtures/apps/durable-client'))

const json = (data: RpcTypedData | null | undefined): string | undefined => {
  if (data === null || data === undefined) return undefined
  return 'json' in data && typeof data.json === 'string'
    ? data.json
    : JSON.stringify('string' in data ? data.string : null)
}

function appInvoker(app: LoadedApp): FunctionInvoker {
  const call = async (name: string, input: string | undefined): Promise<string | undefined> =>
    json(
      (await app.invoke(name, { triggerData: input === undefined ? undefined : { string: input } }))
        .returnValue,
    )
  return {
    activity: call,
    orchestrator: async (name, trigger) => (await call(name, trigger)) ?? '',
    entity: async (name, trigger) => (await call(name, trigger)) ?? '',
    knows: (kind, name) =>
      app.functions.get(name)?.trigger.type === `${kind === 'orchestrator' ? 'orchestration' : kind}Trigger`,
  }
}

interface Driven {
  readonly engine: DurableEngine
  readonly origin: string
  /** Calls a method of the SDK's DurableClient inside the app. */
  readonly client: (method: string, ...args: unknown[]) => Promise<{ value?: unknown; error?: string }>
}

async function startApp(): Promise<Driven> {
  const app = await loaded
  let origin = ''
  const engine = createDurableEngine({
    dataFile: path.join(tempFolder(), 'durable.db'),
    clock: planClock(1),
    hubName: 'hub',
    baseUrl: () => origin,
    log: () => undefined,
    invoker: appInvoker(app),
    defaultVersion: '1.0',
  })
  await engine.start()
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '', 'http://localhost')
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      const answer = await engine.handleHttp({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        body: await text(request),
        headers,
      })
      response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await engine.stop()
  })
  const binding =
    Object.keys(app.functions.get('drive')?.bindings ?? {}).find((name) => name.startsWith('durable')) ?? ''
  return {
    engine,
    origin,
    async client(method, ...args) {
      const { returnValue, outputs } = await app.invoke('drive', {
        triggerData: {
          http: {
            method: 'POST',
            url: `${origin}/api/drive`,
            body: { string: JSON.stringify({ method, args }) },
            headers: { 'content-type': 'application/json' },
          },
        },
        inputs: { [binding]: { string: durableClientInput(origin, 'hub') } },
      })
      const answer = returnValue ?? Object.values(outputs)[0]
      const body = (answer as { http?: { body?: { bytes?: Uint8Array; string?: string } } }).http?.body
      return JSON.parse(body?.string ?? Buffer.from(body?.bytes ?? []).toString()) as {
        value?: unknown
        error?: string
      }
    },
  }
}

describe('the SDK’s durable client over HTTP', () => {
  it('starts, reads, raises, and purges', async () => {
    const { engine, client } = await startApp()
    expect(await client('startNew', 'greets', { instanceId: 'one', input: 'Ada' })).toEqual({ value: 'one' })
    await until(() => engine.getStatus('one')?.customStatus === '"greeting"')
    expect(await client('getStatus', 'one')).toMatchObject({
      value: {
        name: 'greets',
        runtimeStatus: 'Running',
        input: 'Ada',
        output: null,
        customStatus: 'greeting',
      },
    })
    expect(await client('raiseEvent', 'one', 'answer', { polite: true })).toEqual({ value: null })
    await engine.waitForEnd('one')
    expect(await client('getStatus', 'one', { showHistory: true, showHistoryOutput: true })).toMatchObject({
      value: { runtimeStatus: 'Completed', output: ['Hello, Ada!', { polite: true }] },
    })
    expect(await client('purgeInstanceHistory', 'one')).toEqual({ value: { instancesDeleted: 1 } })
    expect(await client('getStatus', 'one')).toMatchObject({ error: expect.stringContaining('404') })
    expect(await client('raiseEvent', 'one', 'answer')).toMatchObject({
      error: expect.stringContaining('No instance'),
    })
  })

  it('suspends, resumes and terminates', async () => {
    const { engine, client } = await startApp()
    await client('startNew', 'greets', { instanceId: 'two', input: 'Bob' })
    await client('suspend', 'two', 'a while')
    await until(() => engine.getStatus('two')?.runtimeStatus === 'Suspended')
    await client('resume', 'two', 'go on')
    await until(() => engine.getStatus('two')?.runtimeStatus === 'Running')
    await client('terminate', 'two', 'enough')
    await engine.waitForEnd('two')
    expect(await client('getStatus', 'two')).toMatchObject({
      value: { runtimeStatus: 'Terminated', output: 'enough' },
    })
    expect(await client('raiseEvent', 'two', 'answer')).toEqual({ value: null })
  })

  it('refuses what cannot be started', async () => {
    const { client } = await startApp()
    await client('startNew', 'greets', { instanceId: 'three' })
    expect(await client('startNew', 'greets', { instanceId: 'three' })).toMatchObject({
      error: expect.stringContaining('409'),
    })
    expect(await client('startNew', 'nobody')).toMatchObject({ error: expect.stringContaining('400') })
    expect(await client('rewind', 'three', 'why')).toMatchObject({
      error: expect.stringContaining('does not rewind'),
    })
    expect(await client('signalEntity', { name: 'a', key: 'b' }, 'add')).toMatchObject({
      error: expect.stringContaining('501'),
    })
  })

  it('gives orchestrations the version asked for or the default', async () => {
    const { engine, client } = await startApp()
    await client('startNew', 'versioned', { instanceId: 'default' })
    await client('startNew', 'versioned', { instanceId: 'given', version: '2.5' })
    expect((await engine.waitForEnd('default'))?.output).toBe('"1.0"')
    expect((await engine.waitForEnd('given'))?.output).toBe('"2.5"')
  })

  it('lists and purges by filter, following pages', async () => {
    const { engine, client } = await startApp()
    const ids = Array.from({ length: 130 }, (_, n) => `many-${n}`)
    await Promise.all(ids.map((instanceId) => engine.startInstance({ name: 'versioned', instanceId })))
    await Promise.all(ids.map((id) => engine.waitForEnd(id)))
    const { value } = await client('getStatusBy', { runtimeStatus: ['Completed'] })
    expect((value as { instanceId: string }[]).map(({ instanceId }) => instanceId)).toEqual(ids)
  })
})

describe('the management API', () => {
  it('answers status with history as the extension does, and 404 for what is not there', async () => {
    const { engine, origin } = await startApp()
    const base = `${origin}/runtime/webhooks/durabletask`
    const start = await fetch(`${base}/orchestrators/versioned/x?version=3`, { method: 'POST', body: '' })
    expect(start.status).toBe(202)
    const links = (await start.json()) as Record<string, string>
    await engine.waitForEnd('x')
    const status = await fetch(`${links['statusQueryGetUri']}&showHistory=true&showHistoryOutput=true`)
    expect(await status.json()).toMatchObject({
      runtimeStatus: 'Completed',
      output: '3',
      historyEvents: [
        { EventType: 'ExecutionStarted', FunctionName: 'versioned' },
        {
          EventType: 'TaskCompleted',
          FunctionName: 'hello',
          Result: 'Hello, x!',
          ScheduledTime: expect.any(String),
        },
        { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Completed', Result: '3' },
      ],
    })
    expect((await fetch(`${base}/instances/nobody`)).status).toBe(404)
    expect((await fetch(`${base}/instances/x/raiseEvent/e`, { method: 'POST', body: '{"a":' })).status).toBe(
      400,
    )
    expect((await fetch(`${base}/instances/x/raiseEvent/e`, { method: 'POST', body: '1' })).status).toBe(410)
    expect((await fetch(`${base}/instances/%E0%A4%A`)).status).toBe(400)
    expect((await fetch(`${base}/nonsense`)).status).toBe(404)
  })

  it('waits for the output when a timeout is given', async () => {
    const { origin } = await startApp()
    const url = `${origin}/runtime/webhooks/durabletask/orchestrators/versioned?timeout=20`
    const answer = await fetch(url, { method: 'POST', body: '' })
    expect([answer.status, await answer.json()]).toEqual([200, '1.0'])
  })
})
