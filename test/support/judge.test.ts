import { describe, expect, it } from 'vitest'
import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../orchestrations/domain/ids.ts'
import { judge, type Effect, type Terms } from './judge.ts'

const whole = demoInventory()
/** Ring 0 and ring 1, whose first client has pairs; both with hosts and guests. */
const inventory: Inventory = {
  clients: whole.clients.slice(0, 2),
  servers: whole.servers.slice(0, 20),
}
const [provider, pilot] = inventory.clients
const serverOf = (client: number, place: number) => {
  const server = inventory.servers[client * 10 + place]
  if (server === undefined) throw new Error('no such server')
  return server
}
const saturday = Date.parse('2026-11-28T00:00:00+01:00')
const minute = 60_000
let ids = 0

/** Begun and ended, minutes after the window has opened. */
function effect(
  place: number,
  kind: string,
  from: number,
  until: number,
  more: Partial<Effect> & { of?: number } = {},
): Effect[] {
  const { of = 0, ...changed } = more
  const client = (of === 0 ? provider : pilot)?.name ?? ''
  const commandId = `c${ids++}`
  const base = { server: serverOf(of, place).host, client, kind, commandId, wire: 0, ...changed }
  return [
    { ...base, at: saturday + from * minute, phase: 'begun' },
    { ...base, at: saturday + until * minute, phase: 'ended' },
  ]
}

/** A server's update from `from` on, 40 minutes. */
const update = (place: number, from: number, of = 0): Effect[] => [
  ...effect(place, 'checkpoint', from, from + 2, { of }),
  ...effect(place, 'install', from + 2, from + 30, { of }),
  ...effect(place, 'reboot', from + 30, from + 38, { of }),
  ...effect(place, 'removeCheckpoint', from + 38, from + 40, { of }),
]

const judged = (effects: readonly Effect[], terms: Partial<Terms> = {}): string[] =>
  judge(effects, { inventory, topology: true, ...terms }).map(({ rule }) => rule)

// Of the demo's first blueprint: two hosts, two domain controllers and two SQL servers in pairs.
const [host1, dc1, dc2, sql1, sql2, files] = [0, 2, 3, 4, 5, 6]

describe('the judge', () => {
  it('says nothing of servers one after the other, ring after ring', () => {
    const effects = [...update(dc1, 0), ...update(dc2, 40), ...update(host1, 80), ...update(2, 130, 1)]
    expect(judged(effects)).toEqual([])
  })

  it('finds an effect that began twice for one command', () => {
    const twice = effect(files, 'checkpoint', 0, 2, { commandId: 'same' })
    expect(judged([...twice, ...effect(files, 'checkpoint', 3, 4, { commandId: 'same' })])).toEqual([
      'effectTwice',
      'endedTwice',
    ])
  })

  it('finds an effect that ended twice', () => {
    const [begun, ended] = effect(files, 'checkpoint', 0, 2)
    expect(judged([begun, ended, ended].filter((line) => line !== undefined))).toEqual(['endedTwice'])
  })

  it('finds an end without a beginning, and one of another kind', () => {
    const [, ended] = effect(files, 'checkpoint', 0, 2)
    expect(judged(ended === undefined ? [] : [ended])).toEqual(['endedUnbegun'])
    const [begun] = effect(files, 'checkpoint', 0, 2, { commandId: 'one' })
    const [, other] = effect(files, 'reboot', 0, 2, { commandId: 'one' })
    expect(judged([begun, other].filter((line) => line !== undefined))).toEqual(['endedUnbegun'])
  })

  it('finds two servers of a client at once, and allows as many as the client does', () => {
    const effects = [...update(dc1, 0), ...update(files, 39)]
    expect(judged(effects)).toEqual(['tooManyAtOnce'])
    const clients = inventory.clients.map((client) => ({ ...client, maxParallelServers: 2 }))
    expect(judged(effects, { inventory: { ...inventory, clients } })).toEqual([])
  })

  it('takes a server whose effect never ended for one that is still in hand', () => {
    const [begun] = effect(files, 'checkpoint', 0, 2)
    expect(judged([...(begun ? [begun] : []), ...update(dc1, 600)])).toEqual(['tooManyAtOnce'])
  })

  it('finds partners, hosts with guests and all domain controllers, where topology counts', () => {
    const clients = inventory.clients.map((client) => ({ ...client, maxParallelServers: 5 }))
    const loose = { inventory: { ...inventory, clients } }
    expect(judged([...update(sql1, 0), ...update(sql2, 10)], loose)).toEqual(['bothPartners'])
    expect(judged([...update(dc1, 0), ...update(dc2, 10)], loose)).toEqual(['allDomainControllers'])
    expect(judged([...update(sql1, 0), ...update(host1, 10)], loose)).toEqual(['hostWithGuest'])
    expect(judged([...update(sql1, 0), ...update(host1, 10)], { ...loose, topology: false })).toEqual([])
  })

  it('finds a host beside the guest of another client, and lets it come after', () => {
    const shared = serverOf(0, host1)
    const servers = inventory.servers.map((server) =>
      server === serverOf(1, files) ? { ...server, runsOn: shared.serverId } : server,
    )
    const clients = inventory.clients.map((client) => ({ ...client, ring: RingNumber.parse(0) }))
    const terms = { inventory: { clients, servers } }
    expect(judged([...update(files, 0, 1), ...update(host1, 39)], terms)).toEqual(['hostWithGuest'])
    expect(judged([...update(host1, 0), ...update(files, 39, 1)], terms)).toEqual(['hostWithGuest'])
    expect(judged([...update(files, 0, 1), ...update(host1, 40)], terms)).toEqual([])
    const apart = { ...terms, topology: false }
    expect(judged([...update(files, 0, 1), ...update(host1, 39)], apart)).toEqual([])
  })

  it.each([
    ['on Friday', -1, ['outsideWindow']],
    ['at the first moment', 0, []],
    ['in the last minute of Sunday', 2 * 24 * 60 - 1, []],
    ['on Monday at 00:00', 2 * 24 * 60, ['outsideWindow']],
  ])('judges an effect that begins %s', (_, at, rules) => {
    expect(judged(effect(host1, 'reboot', at, at + 5))).toEqual(rules)
  })

  it('lets what was installed in time be finished after the window, and nothing else', () => {
    const end = 2 * 24 * 60
    const late = [
      ...effect(host1, 'install', end - 10, end + 10),
      ...effect(host1, 'reboot', end + 11, end + 20),
    ]
    const story = (lines: readonly Effect[]) =>
      lines.map((line) => ({ ...line, commandId: `c.p0.x.${line.kind}.1` }))
    expect(judged(story(late))).toEqual([])
    const before = [...effect(host1, 'checkpoint', end - 10, end - 8), ...late.slice(2)]
    expect(judged(story(before))).toEqual(['outsideWindow'])
  })

  it('gives a command that was begun in time a moment of wire time to be written down, as plan time', () => {
    const end = 2 * 24 * 60
    const at = (minutes: number, speed: number) =>
      judged([...effect(host1, 'reboot', end + minutes, end + 20)], { operator: [], speed })
    expect(at(4, 500)).not.toContain('outsideWindow')
    expect(at(5, 500)).toContain('outsideWindow')
    expect(at(0.1, 1)).toContain('outsideWindow')
  })

  it('judges a window that goes over midnight by the day on which it opened, and freeze dates', () => {
    const nightly = { rrule: 'FREQ=WEEKLY;BYDAY=FR', start: '22:00', minutes: 240 }
    const clients = inventory.clients.map((client) => ({ ...client, windows: [nightly] }))
    const loose = { inventory: { ...inventory, clients } }
    expect(judged(effect(host1, 'reboot', 119, 121), loose)).toEqual([])
    expect(judged(effect(host1, 'reboot', 120, 121), loose)).toEqual(['outsideWindow'])
    const frozen = inventory.clients.map((client) => ({ ...client, freezeDates: ['2026-11-28'] }))
    const freeze = { inventory: { ...inventory, clients: frozen } }
    expect(judged(effect(host1, 'reboot', 119, 121), freeze)).toEqual(['outsideWindow'])
  })

  it('finds a ring that began before the last effect of the one before', () => {
    expect(judged([...update(files, 0), ...update(2, 39, 1)]).at(-1)).toBe('ringTooEarly')
    expect(judged([...update(files, 0), ...update(2, 40, 1)])).toEqual([])
  })

  it('lets what ring 0 carried over begin on the next weekend, after ring 1', () => {
    expect(judged([...update(files, 0), ...update(2, 40, 1), ...update(host1, 7 * 24 * 60)])).toEqual([])
  })

  it('finds an installation on a virtual machine without a checkpoint that had ended', () => {
    expect(judged(effect(files, 'install', 0, 20))).toEqual(['noCheckpoint'])
    const parallel = [...effect(files, 'checkpoint', 0, 5), ...effect(files, 'install', 4, 20)]
    const byTime = parallel.toSorted((a, b) => a.at - b.at)
    expect(judged(byTime)).toEqual(['noCheckpoint'])
    expect(judged(effect(host1, 'install', 0, 20))).toEqual([])
  })

  it('lets a checkpoint go on any day once its time is over, and finds one that goes before that', () => {
    const monday = 2 * 24 * 60 + 9 * 60
    const made = effect(files, 'checkpoint', 24 * 60, 24 * 60 + 2, {
      commandId: 'campaign.p0.files.checkpoint.1',
    })
    const gone = (at: number) =>
      effect(files, 'removeCheckpoint', at, at + 2, { commandId: 'cleanup.c.client.release.1' })
    expect(judged([...made, ...gone(monday)])).toContain('outsideWindow')
    expect(judged([...made, ...gone(24 * 60 + 72 * 60)])).toEqual([])
    expect(judged(gone(monday))).toContain('outsideWindow')
  })

  it('finds effects that begin later than the bound after a stop, until it is released', () => {
    const stops = [{ at: 10_000, boundMs: 5_000, releasedAt: 60_000 }]
    const at = (wire: number) => judged(effect(host1, 'reboot', 0, 5, { wire }), { stops })
    expect(at(15_000)).toEqual([])
    expect(at(15_001)).toEqual(['afterStop'])
    expect(at(60_000)).toEqual([])
  })

  it('finds an effect on a machine that the inventory does not know', () => {
    expect(judged(effect(host1, 'reboot', 0, 5, { server: 'ELSEWHERE' }))).toEqual([
      'unknownServer',
      'unknownServer',
    ])
  })
})
