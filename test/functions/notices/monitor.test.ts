import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookAround } from '../../../functions/notices/look.ts'
import { pingMonitor } from '../../../functions/notices/monitor.ts'
import type { Services } from '../../../functions/services.ts'
import { startRig, type Rig } from '../http/rig.ts'

let rig: Rig
let services: Services
let status = 200
let pings = 0
const complaints: string[] = []
const monitor = createServer((_, response) => {
  pings += 1
  response.writeHead(status).end()
})
beforeAll(async () => {
  rig = await startRig()
  await new Promise<void>((resolve) => {
    monitor.listen(0, '127.0.0.1', () => resolve())
  })
  const { port } = monitor.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/a-secret-path`
  services = { ...rig.services, settings: { ...rig.services.settings, ATLAS_HEARTBEAT_URL: url } }
})
afterAll(async () => {
  monitor.close()
  await rig.close()
})

const ping = async (): Promise<number> => {
  const before = pings
  await pingMonitor(services, (text) => complaints.push(text))
  return pings - before
}

test('The monitor hears of ATLAS only while its watch looks, and stops hearing when it does not', async () => {
  expect(await ping()).toBe(0)
  await lookAround(services)
  expect(await ping()).toBe(1)
  rig.time.wire += 46_000
  expect(await ping()).toBe(0)
  await lookAround(services)
  expect(await ping()).toBe(1)
})

test('A monitor that refuses is complained about, without its address', async () => {
  complaints.length = 0
  status = 500
  await ping()
  expect(complaints).toEqual(['the monitor answered 500'])
})

test('When the store does not answer, the monitor is not pinged', async () => {
  const notices = { ...services.notices, watch: () => Promise.reject(new Error('no store')) }
  const before = pings
  await expect(pingMonitor({ ...services, notices }, () => undefined)).rejects.toThrow('no store')
  expect(pings).toBe(before)
})
