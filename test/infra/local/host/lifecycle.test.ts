import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixtureApp } from './fixtures.ts'
import { HostProcess, testFolder, until } from './hostProcess.ts'

function hostOf(app: string, ...args: readonly string[]): HostProcess {
  const host = new HostProcess(['--app', fixtureApp(app), ...args], { BASIC_SCHEDULE: '0 0 3 * * *' })
  onTestFinished(async () => {
    await host.end('SIGKILL')
  })
  return host
}

const oneLine = /^[^\n]+\n$/

describe('what a person can put right is one line and exit code 2', () => {
  test('a second host on the same data', async () => {
    const data = testFolder()
    const first = await hostOf('basic', '--data', data).ready()
    const second = hostOf('basic', '--data', data)
    expect(await second.ended()).toBe(2)
    expect(second.stderr).toMatch(oneLine)
    expect(second.stderr).toContain(`${data} is in use by process ${first.child.pid}`)
  })

  test('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const port = (taken.address() as AddressInfo).port
    const host = hostOf('basic', '--data', testFolder(), '--port', String(port))
    expect(await host.ended()).toBe(2)
    expect(host.stderr).toBe(
      `Port ${port} of 127.0.0.1 is used by another program: stop it, or choose another with --port N.\n`,
    )
  })

  test('a data folder that cannot be written', async () => {
    const file = join(testFolder(), 'file')
    writeFileSync(file, '')
    const host = hostOf('basic', '--data', join(file, 'data'))
    expect(await host.ended()).toBe(2)
    expect(host.stderr).toMatch(oneLine)
    expect(host.stderr).toContain(`The data folder ${join(file, 'data')} can't be written`)
  })

  test('a trigger that is not run here, by function and binding', async () => {
    const host = hostOf('queue', '--data', testFolder())
    expect(await host.ended()).toBe(2)
    expect(host.stderr).toMatch(oneLine)
    expect(host.stderr).toMatch(/function "takesWork" has the trigger "queueTrigger\w+" of type queueTrigger/)
  })

  test('a wrong option', async () => {
    const host = hostOf('basic', '--data', testFolder(), '--speed', '0')
    expect(await host.ended()).toBe(2)
    expect(host.stderr).toMatch(/^--speed: .* usage: main\.ts --app FOLDER .*\n$/)
  })
})

test('an app that throws while it is loaded ends the host with its error', async () => {
  const host = hostOf('broken', '--data', testFolder())
  expect(await host.ended()).toBe(1)
  expect(host.stderr).toContain('this app cannot be loaded')
})

test('SIGTERM lets what runs end, refuses what is new, and exits with 0', async () => {
  const host = await hostOf('basic', '--data', testFolder()).ready()
  const slow = host.fetch('/api/slow/700')
  await until(
    () => host.json('/admin/host/status') as Promise<{ runningInvocations: number }>,
    ({ runningInvocations }) => runningInvocations === 1,
  )
  host.child.kill('SIGTERM')
  const refused = until(
    () =>
      host.fetch('/api/hello').then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status !== 200,
  )
  expect(await (await slow).text()).toBe('done')
  expect([0, 503]).toContain(await refused)
  expect(await host.ended()).toBe(0)
  expect(host.stderr).toBe('')
})

test('the data folder and the port are free again after a kill', async () => {
  const data = testFolder()
  const first = await hostOf('basic', '--data', data).ready()
  await first.end('SIGKILL')
  const second = await hostOf('basic', '--data', data, '--port', new URL(first.url).port).ready()
  expect(second.url).toBe(first.url)
})

describe('the plan clock', () => {
  const plan = async (host: HostProcess) =>
    ((await host.json('/admin/host/status')) as { planClock: { now: number; held: boolean } }).planClock

  test('begins at the plan start, runs at its speed and goes on after a kill', async () => {
    const data = testFolder()
    const args = ['--data', data, '--speed', '900', '--plan-start', '2026-01-05T00:00:00Z']
    const first = await hostOf('basic', ...args).ready()
    const start = Date.UTC(2026, 0, 5)
    const { now } = await until(
      () => plan(first),
      (clock) => clock.now > start + 60_000,
    )
    expect(now).toBeLessThan(start + 3_600_000)
    await first.end('SIGKILL')
    const second = await hostOf('basic', ...args).ready()
    expect((await plan(second)).now).toBeGreaterThanOrEqual(now)
  })

  test('stands still while it is held, until it is released', async () => {
    const args = ['--data', testFolder(), '--held', '--plan-start', '2026-01-05T00:00:00Z']
    const host = await hostOf('basic', ...args).ready()
    const start = Date.UTC(2026, 0, 5)
    expect(await plan(host)).toMatchObject({ now: start, held: true })
    expect((await host.fetch('/admin/host/plan/release', { method: 'POST' })).status).toBe(204)
    expect(
      (
        await until(
          () => plan(host),
          ({ now }) => now > start,
        )
      ).held,
    ).toBe(false)
  })
})

test('a site is served beside the functions', async () => {
  const site = testFolder()
  mkdirSync(join(site, 'assets'))
  writeFileSync(join(site, 'index.html'), '<title>site</title>')
  const config = { globalHeaders: { 'Content-Security-Policy': "connect-src 'self' __PUSH__" } }
  writeFileSync(join(site, 'staticwebapp.config.json'), JSON.stringify(config))
  const args = ['--data', testFolder(), '--static', site, '--define', '__PUSH__=ws://127.0.0.1:1/?a=b']
  const host = await hostOf('basic', ...args).ready()
  const page = await host.fetch('/')
  expect(await page.text()).toBe('<title>site</title>')
  expect(page.headers.get('content-security-policy')).toBe("connect-src 'self' ws://127.0.0.1:1/?a=b")
  expect(await (await host.fetch('/api/things/special')).text()).toBe('special')
  const html = { headers: { accept: 'text/html' } }
  expect((await host.fetch('/deep/link', html)).status).toBe(200)
  for (const path of ['/api/none', '/runtime/none', '/admin/none', '/durabletask/none'])
    expect((await host.fetch(path, html)).status).not.toBe(200)
})
