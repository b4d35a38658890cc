import { expect, test } from 'vitest'
import { demoInventory, generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { Client, Server, type Inventory } from '../../../orchestrations/domain/fleet.ts'
import { parseHostname } from '../../../orchestrations/domain/hostname.ts'
import { topologyFindings } from '../../../orchestrations/domain/order.ts'

function checkWhole({ clients, servers }: Inventory): void {
  const ids = new Set(servers.map(({ serverId }) => serverId))
  expect(ids.size).toBe(servers.length)
  expect(new Set(clients.map(({ clientId }) => clientId)).size).toBe(clients.length)
  for (const client of clients) Client.parse(client)
  for (const server of servers) {
    Server.parse(server)
    const named = [server.runsOn, server.backupServer, server.partner].flatMap((other) => other ?? [])
    expect(named.filter((other) => !ids.has(other))).toEqual([])
  }
}

test('the demo is a hundred clients of ten servers, 1, 9, 80 and 10 a ring, the same at every call', () => {
  const demo = demoInventory()
  checkWhole(demo)
  expect([0, 1, 2, 3].map((ring) => demo.clients.filter((client) => client.ring === ring).length)).toEqual([
    1, 9, 80, 10,
  ])
  for (const { clientId } of demo.clients) {
    const own = demo.servers.filter((server) => server.clientId === clientId)
    expect(own).toHaveLength(10)
    expect(own.filter(({ role }) => role === 'domainController')).toHaveLength(2)
    expect(own.some(({ kind }) => kind === 'hyperVHost')).toBe(true)
    expect(topologyFindings(demo, clientId)).toEqual([])
  }
  expect(demoInventory()).toEqual(demo)
})

test('the demo has partners that name each other, and host names that say what they are', () => {
  const { servers } = demoInventory()
  const byId = new Map(servers.map((server) => [server.serverId, server]))
  const paired = servers.filter(({ partner }) => partner !== undefined)
  expect(paired.length).toBeGreaterThan(50)
  for (const { serverId, partner } of paired) expect(partner && byId.get(partner)?.partner).toBe(serverId)
  for (const server of servers) {
    expect(parseHostname(server.host)?.role).toBe(server.role)
    expect(server.host.length).toBeLessThanOrEqual(16)
  }
})

test.each([1, 2, 9, 10, 11, 1000])('%i servers are generated, each client with one host', (count) => {
  for (const oneRing of [true, false]) {
    const inventory = generatedInventory(count, { oneRing })
    checkWhole(inventory)
    expect(inventory.servers).toHaveLength(count)
    const rings = new Set(inventory.clients.map(({ ring }) => ring))
    expect(rings.size).toBe(oneRing || count <= 10 ? 1 : Math.min(4, inventory.clients.length))
  }
})

test('no servers are no inventory', () => {
  for (const count of [0, -1, 1.5, Number.NaN])
    expect(() => generatedInventory(count, { oneRing: true })).toThrow(RangeError)
})
