import { expect, it } from 'vitest'
import { parseInventory, writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import { demoSlice } from './demoSlice.ts'

it.each([
  [200, 10, [1, 2, 15, 2]],
  [30, 5, [1, 1, 3, 1]],
  [25, 10, [1, 1, 0, 1]],
])(
  '%i servers, %i a client, have all rings and are an inventory that ATLAS takes',
  (servers, each, rings) => {
    const slice = demoSlice(servers, each)
    expect(slice.servers).toHaveLength(servers)
    expect([0, 1, 2, 3].map((ring) => slice.clients.filter((client) => client.ring === ring).length)).toEqual(
      rings,
    )
    const csv = new TextEncoder().encode(writeInventoryCsv(slice))
    const parsed = parseInventory(csv, { file: 'slice.csv', defaultZone: 'Europe/Paris' })
    expect(parsed).toMatchObject({ ok: true, rows: servers })
  },
)

it('keeps pairs of domain controllers and guests with their hosts', () => {
  const { servers } = demoSlice(200)
  expect(servers.some(({ partner }) => partner !== undefined)).toBe(true)
  expect(servers.filter(({ kind, runsOn }) => kind === 'vm' && runsOn === undefined)).toEqual([])
})

it('keeps a remote desktop host and a backup server for every other client when it is cut mixed', () => {
  const { clients, servers } = demoSlice(200, 5, 'mixed')
  const ofClient = clients.map(({ clientId }) => servers.filter((server) => server.clientId === clientId))
  expect(ofClient.every((own) => own.length === 5)).toBe(true)
  const backedUp = ofClient.filter((own) => own.some(({ backupServer }) => backupServer !== undefined))
  expect(backedUp).toHaveLength(20)
  expect(backedUp.every((own) => own.some(({ role }) => role === 'rds'))).toBe(true)
  expect(servers.filter(({ kind, runsOn }) => kind === 'vm' && runsOn === undefined)).toEqual([])
})

it('refuses more servers than the demo has', () => {
  expect(() => demoSlice(1_001)).toThrow(RangeError)
})
