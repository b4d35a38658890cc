import { expect, onTestFinished, test } from 'vitest'
import { fixtureApp } from './fixtures.ts'
import { HostProcess, testFolder, until } from './hostProcess.ts'

interface Status {
  readonly runtimeStatus: string
  readonly output: unknown
}

function durableHost(data: string): Promise<HostProcess> {
  const host = new HostProcess(['--app', fixtureApp('durable'), '--data', data, '--speed', '600', '--quiet'])
  onTestFinished(async () => {
    await host.end('SIGKILL')
  })
  return host.ready()
}

const post = (host: HostProcess, path: string, value: unknown) =>
  host.fetch(path, { method: 'POST', body: JSON.stringify(value) })

const stateOf = async (host: HostProcess, id: string) => (await host.json(`/state/${id}`)) as Status

const ended = (host: HostProcess, id: string) =>
  until(
    () => stateOf(host, id),
    ({ runtimeStatus }) => runtimeStatus !== 'Running' && runtimeStatus !== 'Pending',
  )

test("an orchestration starts through the SDK's client, runs its activities and is asked by URL", async () => {
  const host = await durableHost(testFolder())
  const started = await post(host, '/start/chain', 5)
  expect(started.status).toBe(202)
  const { id, statusQueryGetUri } = (await started.json()) as { id: string; statusQueryGetUri: string }
  expect(await ended(host, id)).toMatchObject({ runtimeStatus: 'Completed', output: 40 })
  expect(statusQueryGetUri.startsWith(host.url)).toBe(true)
  expect(await (await fetch(statusQueryGetUri)).json()).toMatchObject({ output: 40 })
})

test('an activity knows its instance, and its failure comes back to the orchestrator and in one warning', async () => {
  const host = await durableHost(testFolder())
  await post(host, '/start/approval/7', null)
  await post(host, '/say/7', 'go')
  const { output } = await ended(host, '7')
  expect(output).toMatchObject({
    word: 'go',
    me: '7',
    error: expect.stringContaining('broken on purpose') as string,
  })
  expect((output as { waited: number }).waited).toBeGreaterThanOrEqual(60_000)
  expect(
    host.stderr.match(/warning Function\.breaks The function failed: Error: broken on purpose/g),
  ).toHaveLength(1)
})

test('an instance that waits goes on after kill -9, in no earlier plan time', async () => {
  const data = testFolder()
  const first = await durableHost(data)
  await post(first, '/start/approval/a', null)
  await first.end('SIGKILL')
  const second = await durableHost(data)
  await post(second, '/say/a', 'after the kill')
  expect((await ended(second, 'a')).output).toMatchObject({ word: 'after the kill' })
})

test('drained, the host starts nothing durable any more and still answers', async () => {
  const host = await durableHost(testFolder())
  expect((await host.fetch('/admin/host/drain', { method: 'POST' })).status).toBe(202)
  expect((await host.fetch('/runtime/webhooks/durabletask/instances')).status).toBe(503)
  expect(await host.json('/admin/host/status')).toMatchObject({ state: 'draining' })
  expect(await host.json('/admin/host/drain/status')).toEqual({ outstandingInvocations: 0 })
  expect(await host.end()).toBe(0)
})
