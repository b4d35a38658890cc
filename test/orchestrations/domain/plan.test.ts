import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { demoInventory, generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import type { Client, Inventory, Server } from '../../../orchestrations/domain/fleet.ts'
import { ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import {
  canonicalJson,
  makePlan,
  Plan,
  planHash,
  type PlanInput,
} from '../../../orchestrations/domain/plan.ts'
import type { Occurrence } from '../../../orchestrations/domain/occurrence.ts'
import { commonWindows } from '../../../orchestrations/domain/sharedHosts.ts'
import { CampaignSettings, defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { hourMs, minuteMs } from '../../../orchestrations/domain/time.ts'

const start = Date.parse('2026-11-20T23:00Z')
const exact = CampaignSettings.parse({ serverMinutes: { p50: 45, p95: 45 } })
const input = (more: Partial<PlanInput> = {}): PlanInput => ({
  name: 'November',
  inventory: demoInventory(),
  selection: { kind: 'everything' },
  settings: defaultSettings,
  updates: { ids: ['kb5068861'], categories: ['security'] },
  start,
  ...more,
})
function planOf(more: Partial<PlanInput> = {}): Plan {
  const result = makePlan(input(more))
  if (!result.ok) throw new Error(result.reason.code)
  return result.plan
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const with1 = (change: Partial<Client>, count = 10): Inventory => {
  const { clients, servers } = generatedInventory(count, { oneRing: true })
  return { clients: clients.map((client) => ({ ...client, ...change })), servers }
}

describe('a selection', () => {
  test.each([
    ['no clients', { kind: 'clients', clients: [] }, 'emptySelection'],
    ['no servers', { kind: 'servers', servers: [] }, 'emptySelection'],
    ['no rings', { kind: 'rings', rings: [] }, 'emptySelection'],
    ['an unknown client', { kind: 'clients', clients: [ClientId.parse('nobody')] }, 'unknownInSelection'],
    [
      'an unknown server',
      { kind: 'servers', servers: [ServerId.parse('nobody.dc01')] },
      'unknownInSelection',
    ],
  ] as const)('of %s is refused, and never means all', (_, selection, code) => {
    const lists = structuredClone(selection) as unknown as PlanInput['selection']
    expect(makePlan(input({ selection: lists }))).toMatchObject({ ok: false, reason: { code } })
  })
  test('of an empty inventory is refused', () => {
    expect(makePlan(input({ inventory: { clients: [], servers: [] } }))).toMatchObject({ ok: false })
  })
  test('of a ring means its clients alone', () => {
    const plan = planOf({ selection: { kind: 'rings', rings: [RingNumber.parse(3)] } })
    expect(plan.rings.map(({ ring, clients }) => [ring, clients.length])).toEqual([[3, 10]])
  })
})

describe('times', () => {
  test('even servers of 45 minutes end after seven and a half hours, without a range', () => {
    const plan = planOf({ inventory: generatedInventory(1000, { oneRing: true }), settings: exact })
    const end = start + 7.5 * hourMs
    expect(plan.end).toEqual({ p20: end, p50: end, p80: end })
  })
  test('a ring starts when the slowest client of the one before has ended and soaked', () => {
    const { rings } = planOf({ settings: exact })
    expect(rings.map(({ firstStart }) => (firstStart - start) / hourMs)).toEqual([0, 7.5, 17, 24.5])
  })
  test('ranges are in order and the demo ends within its weekend', () => {
    const plan = planOf()
    for (const { end } of [plan, ...plan.rings, ...plan.rings.flatMap((ring) => ring.clients)]) {
      expect(end.p20).toBeLessThanOrEqual(end.p50)
      expect(end.p50).toBeLessThanOrEqual(end.p80)
    }
    expect(plan.end.p50).toBeLessThan(start + 48 * hourMs)
    expect(plan.refused).toEqual([])
  })
  test('more at once end sooner, and the host still last', () => {
    const plan = planOf({ inventory: with1({ maxParallelServers: 3 }), settings: exact })
    expect((plan.end.p50 - start) / minuteMs).toBe(4 * 45)
  })
  test('a client waits for its window and says so', () => {
    const windows = [{ rrule: 'FREQ=WEEKLY;BYDAY=SU', start: '20:00', minutes: 600 }]
    const client = planOf({ inventory: with1({ windows }), settings: exact }).rings[0]?.clients[0]
    expect(client).toMatchObject({
      firstStart: Date.parse('2026-11-22T19:00Z'),
      why: { code: 'windowClosed' },
    })
  })
})

describe('what does not fit', () => {
  const windows = [{ rrule: 'FREQ=WEEKLY;BYDAY=SA', start: '00:00', minutes: 240 }]
  test('is carried over to the next window, and the client says so', () => {
    const plan = planOf({ inventory: with1({ windows }), settings: exact })
    const client = plan.rings[0]?.clients[0]
    // Starts at 0:00, 0:45, 1:30 and 2:15; the latest start is 4 h less 45 and 30 minutes.
    expect(client?.doesNotFit).toHaveLength(6)
    expect(client?.why).toMatchObject({
      code: 'carriedOver',
      params: { servers: 6, nextAt: start + 168 * hourMs },
    })
    expect(client?.servers[0]?.latestStart).toBe(start + 165 * minuteMs)
    expect(client?.end.p50).toBe(start + 336 * hourMs + 90 * minuteMs)
    expect(plan.rings[0]?.end.p50).toBe(start + 180 * minuteMs)
  })
  test('anywhere is refused', () => {
    const short = [{ rrule: 'FREQ=DAILY', start: '01:00', minutes: 60 }]
    expect(makePlan(input({ inventory: with1({ windows: short }) }))).toMatchObject({
      ok: false,
      reason: { code: 'nothingLeftToPlan' },
    })
    const { clients, servers } = demoInventory()
    const some = clients.map((client, index) => (index === 5 ? { ...client, windows: short } : client))
    const plan = planOf({ inventory: { clients: some, servers } })
    expect(plan.refused).toHaveLength(10)
    expect(plan.refused[0]?.reason.code).toBe('windowTooShort')
  })
})

test('a plan freezes what must answer on each server', () => {
  const { clients, servers } = generatedInventory(10, { oneRing: true })
  const probed = servers.map((server, index) =>
    index === 3 ? { ...server, probes: [{ type: 'tcp' as const, port: 1433 }] } : server,
  )
  const plan = planOf({ inventory: { clients, servers: probed } })
  const planned = plan.rings.flatMap((ring) => ring.clients).flatMap((client) => client.servers)
  expect(planned.flatMap(({ serverId, probes }) => (probes ? [[serverId, probes]] : []))).toEqual([
    [servers[3]?.serverId, [{ type: 'tcp', port: 1433 }]],
  ])
  expect(planHash(plan, sha256)).not.toBe(planHash(planOf({ inventory: { clients, servers } }), sha256))
})

describe('a host that several clients share', () => {
  const { clients, servers } = generatedInventory(20, { oneRing: true })
  const shared = servers.find(({ kind }) => kind === 'hyperVHost')
  const [own, other] = clients
  if (!shared || !own || !other) throw new Error('The inventory has no host')
  const moved = servers.map((server): Server =>
    server === servers[11] ? { ...server, runsOn: shared.serverId } : server,
  )
  const daily = (at: string, minutes: number) => [{ rrule: 'FREQ=DAILY', start: at, minutes }]
  const planWith = (ofOwn: Partial<Client>, ofOther: Partial<Client>, more: Partial<PlanInput> = {}) => {
    const changed = [
      { ...own, ...ofOwn },
      { ...other, ...ofOther },
    ]
    return planOf({ inventory: { clients: changed, servers: moved }, settings: exact, ...more })
  }
  const ofPlan = (plan: Plan) =>
    plan.rings
      .flatMap((ring) => ring.clients)
      .flatMap((client) => client.servers)
      .find(({ serverId }) => serverId === shared.serverId)

  test('is planned in what the windows of all of them have in common', () => {
    const plan = planWith({ windows: daily('00:00', 600) }, { windows: daily('03:00', 900) })
    expect(plan.refused).toEqual([])
    const host = ofPlan(plan)
    expect(host?.sharedWith).toEqual([other.clientId])
    expect(host?.windows?.slice(0, 2)).toEqual([
      { start: start + 3 * hourMs, end: start + 10 * hourMs },
      { start: start + 27 * hourMs, end: start + 34 * hourMs },
    ])
    // Its nine guests take 6.75 hours; its latest start is 10:00 less 45 and 30 minutes.
    expect(host?.latestStart).toBe(start + 525 * minuteMs)
    const others = plan.rings[0]?.clients.flatMap((client) => client.servers) ?? []
    expect(others.filter(({ sharedWith, windows }) => sharedWith ?? windows)).toHaveLength(1)
  })
  test.each<[string, Partial<Client>, Partial<Client>, Partial<PlanInput>, string]>([
    [
      'no time in common',
      { windows: daily('00:00', 240) },
      { windows: daily('04:00', 240) },
      {},
      'sharedHostNoWindow',
    ],
    [
      'too little time in common',
      { windows: daily('00:00', 240) },
      { windows: daily('03:00', 240) },
      {},
      'sharedHostNoWindow',
    ],
    ['a client in a later ring', {}, { ring: RingNumber.parse(3) }, {}, 'sharedHostTooEarly'],
    [
      'a client that is not in the plan',
      {},
      {},
      { selection: { kind: 'clients', clients: [own.clientId] } },
      'sharedHostNotInPlan',
    ],
  ])('is refused alone with %s', (_, ofOwn, ofOther, more, code) => {
    expect(planWith(ofOwn, ofOther, more).refused).toEqual([
      { serverId: shared.serverId, reason: { code, params: { host: shared.host, clients: other.name } } },
    ])
  })
  test('is planned when its own client is in the latest ring', () => {
    expect(ofPlan(planWith({ ring: RingNumber.parse(3) }, {}))).toBeDefined()
  })
})

test('the time that several clients have in common is when all of them are open', () => {
  const list = fc
    .array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 })), { maxLength: 6 })
    .map((pairs) => {
      let at = 0
      return pairs.map(([gap, length]) => {
        const from = at + gap + 1
        at = from + length
        return { start: from, end: at }
      })
    })
  const isOpen = (windows: readonly Occurrence[], at: number) =>
    windows.some((window) => window.start <= at && at < window.end)
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
      const common = commonWindows(lists)
      for (let at = 0; at < 70; at++)
        expect(isOpen(common, at)).toBe(lists.every((windows) => isOpen(windows, at)))
      for (const [index, window] of common.entries())
        expect(window.start).toBeGreaterThanOrEqual(common[index - 1]?.end ?? 0)
    }),
  )
})

test('every selected server is planned once or refused once', () => {
  const all = demoInventory()
  const anyInput = fc.record({
    servers: fc.subarray(
      all.servers.map(({ serverId }) => serverId),
      { minLength: 1 },
    ),
    minutes: fc.integer({ min: 15, max: 2880 }),
    parallel: fc.integer({ min: 1, max: 5 }),
    frozen: fc.boolean(),
    p50: fc.integer({ min: 0, max: 120 }),
  })
  fc.assert(
    fc.property(anyInput, ({ servers, minutes, parallel, frozen, p50 }) => {
      const clients = all.clients.map((client, index) =>
        index % 3 === 0
          ? {
              ...client,
              maxParallelServers: parallel,
              windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=SA', start: '00:00', minutes }],
              freezeDates: frozen ? ['2026-11-21'] : [],
            }
          : client,
      )
      const settings = CampaignSettings.parse({ serverMinutes: { p50, p95: p50 * 2 } })
      const inventory = { clients, servers: all.servers }
      const result = makePlan(input({ inventory, selection: { kind: 'servers', servers }, settings }))
      if (!result.ok) return result.reason.code === 'nothingLeftToPlan'
      const planned = result.plan.rings.flatMap((ring) => ring.clients.flatMap((client) => client.servers))
      const named = [...planned, ...result.plan.refused].map(({ serverId }) => serverId)
      expect(named.toSorted()).toEqual(servers.toSorted())
      expect(Plan.parse(JSON.parse(JSON.stringify(result.plan)))).toEqual(result.plan)
      return true
    }),
    { numRuns: 25 },
  )
})

describe('the hash', () => {
  test('is the same whatever the order of keys, and after a journey as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
    const plan = planOf()
    expect(planHash(reversed(plan) as Plan, sha256)).toBe(planHash(plan, sha256))
    expect(planHash(Plan.parse(JSON.parse(JSON.stringify(plan))), sha256)).toBe(planHash(plan, sha256))
  })
  test('changes with what is approved', () => {
    const changes: Partial<PlanInput>[] = [
      {},
      { name: 'December' },
      { start: start + 1 },
      { updates: { ids: ['kb5068862'], categories: ['security'] } },
      { settings: CampaignSettings.parse({ createSnapshots: false }) },
      { selection: { kind: 'rings', rings: [RingNumber.parse(2)] } },
    ]
    expect(new Set(changes.map((change) => planHash(planOf(change), sha256))).size).toBe(changes.length)
  })
  test('refuses what JSON has no form for', () => {
    for (const value of [Number.NaN, Infinity, () => 1, [undefined], 1n])
      expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}
