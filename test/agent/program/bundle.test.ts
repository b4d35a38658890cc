import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleAgent, nodeOptions } from '../../../infra/agent/bundle.ts'
import {
  EnrolmentTokenAnswer,
  InventoryAnswer,
  PlanAnswer,
  Preparation,
} from '../../../orchestrations/contracts/api.ts'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { startLiveHost, type LiveHost } from '../../support/liveHost.ts'

const inventory = generatedInventory(1, { oneRing: true })
const [server] = inventory.servers
if (server === undefined) throw new Error('the inventory is empty')

let host: LiveHost
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-bundle-run-'))
  await bundleAgent(join(folder, 'agent.cjs'))
  host = await startLiveHost()
  await host.answering()
  const csv = new TextEncoder().encode(writeInventoryCsv(inventory))
  await host.api.upload('inventory?file=one.csv', csv, InventoryAnswer)
}, 60_000)
afterAll(async () => {
  await host.remove()
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

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(100)
}

test('the packaged bundle enrols, goes to its queue, takes a command, and says that there is no Windows here', async () => {
  const asked = { clients: [server.clientId], hosts: 1, days: 1 }
  const { tokens } = await host.api.post('enrolment-tokens', asked, EnrolmentTokenAnswer)
  const token = tokens[0]?.token ?? ''
  const told = ['--server', host.base, '--token', token, '--host', server.host]
  expect(await codeOf(start('enrol', ...told))).toBe(0)

  const first = start('run')
  await until(() => logged().includes('the server answers'))
  first.kill('SIGTERM')
  expect(await codeOf(first)).toBe(0)

  const body = {
    name: 'Evening',
    selection: { kind: 'everything' },
    settings: { topology: false },
    updates: { ids: ['one'], categories: ['security'] },
  }
  const { campaignId } = (await host.api.post('campaigns', body, PlanAnswer)).campaign
  await host.api.post(`campaigns/${campaignId}/prepare`, {}, Preparation)
  const second = start('run')
  await until(() => / inspect failed: /.test(logged()))
  second.kill('SIGTERM')
  expect(await codeOf(second)).toBe(0)
  const log = logged()
  expect(log).toContain('at its queue')
  expect(log).toMatch(/inspect failed: (scriptNotStarted|scriptChanged)/)
  expect(log).not.toContain(token)
  expect(log).toContain('agent stopped, as it was asked to')
}, 60_000)
