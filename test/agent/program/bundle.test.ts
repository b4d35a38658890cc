import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleAgent, nodeOptions } from '../../../infra/agent/bundle.ts'
import { Preparation } from '../../../orchestrations/contracts/api.ts'
import { startOneServer, until, type OneServer } from '../../support/oneServer.ts'

let one: OneServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-bundle-run-'))
  await bundleAgent(join(folder, 'agent.cjs'))
  one = await startOneServer()
}, 60_000)
afterAll(async () => {
  await one.host.remove()
  rmSync(folder, { recursive: true, force: true })
})

const data = (): string => join(folder, 'data')
const logged = (): string => {
  const file = join(data(), 'log', 'agent.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function start(...line: readonly string[]): ChildProcess {
  const args = [...nodeOptions, join(folder, 'agent.cjs'), ...line, '--data', data()]
  return spawn(process.execPath, args, { stdio: 'ignore' })
}

const codeOf = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0]

const untilLogged = (text: RegExp) => until(() => (text.test(logged()) ? true : undefined))

test('the packaged bundle enrols, goes to its queue, takes a command, and says that there is no Windows here', async () => {
  const { host, server, token } = one
  const told = ['--server', host.base, '--token', token, '--host', server.host]
  expect(await codeOf(start('enrol', ...told))).toBe(0)

  const first = start('run')
  await untilLogged(/the server answers/)
  first.kill('SIGTERM')
  expect(await codeOf(first)).toBe(0)

  await host.api.post(`campaigns/${await one.plan(['one'])}/prepare`, {}, Preparation)
  const second = start('run')
  await untilLogged(/ inspect failed: /)
  second.kill('SIGTERM')
  expect(await codeOf(second)).toBe(0)
  const log = logged()
  expect(log).toContain('at its queue')
  expect(log).toMatch(/inspect failed: (scriptNotStarted|scriptChanged)/)
  expect(log).not.toContain(token)
  expect(log).toContain('agent stopped, as it was asked to')
}, 60_000)
