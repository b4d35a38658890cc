import { describe, expect, it } from 'vitest'
import { demoInventory } from '../../orchestrations/contracts/demo/index.ts'
import type { Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import { judge, type Effect, type OperatorLine, type Violation } from './judge.ts'

/** Ring 0 and ring 1 of the demo, ten servers each; a plan hour a server, as in a rehearsal 600 times as fast. */
const whole = demoInventory()
const inventory: Inventory = { clients: whole.clients.slice(0, 2), servers: whole.servers.slice(0, 20) }
const [provider, pilot] = inventory.clients
const saturday = Date.parse('2026-11-28T00:00:00+01:00')
const minute = 60_000
const hour = 60 * minute
const speed = 600
const wireOf = (at: number): number => (at - saturday) / speed

type Line = Effect
type Kind = Line['kind']

/** Guests before hosts, ring after ring. */
const inOrder = (ring: number): Server[] =>
  inventory.servers
    .filter(({ clientId }) => clientId === inventory.clients[ring]?.clientId)
    .toSorted((a, b) => Number(a.kind === 'hyperVHost') - Number(b.kind === 'hyperVHost'))
const order = [...inOrder(0), ...inOrder(1)]
const nameOf = ({ clientId }: Server): string =>
  inventory.clients.find((client) => client.clientId === clientId)?.name ?? ''

function line(server: Server, kind: Kind, phase: Line['phase'], at: number, more: Partial<Line> = {}): Line {
  const commandId = `2026-campaign.p1.${server.serverId}.${kind}.1`
  return {
    at,
    server: server.host,
    client: nameOf(server),
    kind,
    commandId,
    phase,
    wire: wireOf(at),
    ...more,
  }
}

/** A whole update that went well, from `from` on. */
function update(server: Server, from: number): Line[] {
  const at = (minutes: number): number => from + minutes * minute
  const both = (kind: Kind, begins: number, ends: number, more: Partial<Line> = {}): Line[] => [
    line(server, kind, 'begun', at(begins), more),
    line(server, kind, 'ended', at(ends), { ok: true }),
  ]
  const isGuest = server.kind === 'vm'
  return [
    line(server, 'inspect', 'seen', at(0)),
    ...(isGuest ? both('checkpoint', 1, 3) : []),
    ...both('install', 4, 30, { backupAt: from - 6 * hour }),
    ...both('reboot', 31, 36),
    line(server, 'verify', 'seen', at(38), { healthy: true, asked: 3, left: 0 }),
    ...(isGuest ? both('removeCheckpoint', 39, 41) : []),
  ]
}

const startOf = (place: number): number => saturday + place * hour
const good = order.flatMap((server, place) => update(server, startOf(place)))
const started: OperatorLine = {
  phase: 'answered',
  action: 'startCampaign',
  plan: saturday,
  wire: 0,
  ok: true,
  settings: { soakMinutes: [0, 120, 0, 0] },
}

const judged = (record: readonly Line[], operator: readonly OperatorLine[] = []): Set<Violation['rule']> =>
  new Set(
    judge(record, { inventory, topology: true, operator: [started, ...operator], speed }).map(
      ({ rule }) => rule,
    ),
  )

/** A call of the operator's that was granted, at a plan time. */
const said = (action: string, at: number, more: Partial<OperatorLine> = {}): OperatorLine[] => [
  { phase: 'asked', action, plan: at, wire: wireOf(at), ...more },
  { phase: 'answered', action, plan: at, wire: wireOf(at), ok: true, ...more },
]

const of = (server: Server | undefined) => (candidate: Line) =>
  candidate.server === server?.host && candidate.client === (server === undefined ? '' : nameOf(server))
const change = (where: (candidate: Line) => boolean, more: Partial<Line>): Line[] =>
  good.map((one) => (where(one) ? { ...one, ...more } : one))
const without = (where: (candidate: Line) => boolean): Line[] => good.filter((one) => !where(one))
const moved = (server: Server, byMs: number): Line[] =>
  good.map((one) => (of(server)(one) ? { ...one, at: one.at + byMs, wire: wireOf(one.at + byMs) } : one))
const place = (index: number): Server => {
  const server = order[index]
  if (server === undefined) throw new Error(`the order has no place ${index}`)
  return server
}
const first = place(0)
const [dc1, dc2] = order.filter(
  ({ role, clientId }) => role === 'domainController' && clientId === provider?.clientId,
)
if (!dc1 || !dc2 || !pilot || !provider) throw new Error('the demo has changed')
const isVerify = ({ kind }: Line): boolean => kind === 'verify'
/** So many of a ring's servers end badly: half installed, and left so. */
const badly = (servers: readonly Server[]): Line[] =>
  good.map((one) => {
    if (!servers.some((server) => of(server)(one))) return one
    if (isVerify(one)) return { ...one, left: 1 }
    return one.kind === 'install' && one.phase === 'ended' ? { ...one, ok: false } : one
  })
const never = -hour
/** A command of a server's own story, on the Monday after its window. */
const late = (server: Server, kind: Kind): Line[] =>
  (['begun', 'ended'] as const).map((phase, index) =>
    line(server, kind, phase, saturday + (50 + index) * hour, { ok: true }),
  )

describe('a record without a fault', () => {
  it('is not accused of anything, with or without an operator', () => {
    expect(judged(good)).toEqual(new Set())
    const operator = [
      ...said('pauseClient', startOf(3) + 20 * minute, { clientId: 'elsewhere' }),
      ...said('stop', startOf(25)),
      ...said('promoteRing', startOf(5), { ring: 0 }),
    ]
    expect(judged(good, operator)).toEqual(new Set())
  })

  it('may go on after what forbade it was taken back', () => {
    const from = startOf(3) + 20 * minute
    for (const [ban, lift, about] of [
      ['pauseCampaign', 'resumeCampaign', {}],
      ['pauseClient', 'resumeClient', { clientId: provider.clientId }],
      ['holdRing', 'promoteRing', { ring: 0 }],
      ['excludeServer', 'includeServer', { serverId: place(4).serverId }],
    ] as const)
      expect(judged(good, [...said(ban, from, about), ...said(lift, from + 30 * minute, about)])).toEqual(
        new Set(),
      )
    const until = { clientId: provider.clientId, until: startOf(4) }
    expect(judged(good, said('pauseClient', from, until))).toEqual(new Set())
  })
})

describe('a planted violation is found:', () => {
  const plants: readonly [string, Violation['rule'], Line[], OperatorLine[]?][] = [
    ['1: two servers of a client at once', 'tooManyAtOnce', moved(place(1), -20 * minute)],
    [
      '1: the next one while a server is silent after its reboot',
      'tooManyAtOnce',
      change((one) => of(first)(one) && one.kind === 'reboot' && one.phase === 'ended', {
        backAt: startOf(2),
      }),
    ],
    [
      '1: the next one while an effect never ended',
      'tooManyAtOnce',
      without((one) => of(first)(one) && one.kind === 'removeCheckpoint' && one.phase === 'ended'),
    ],
    [
      '2: a domain controller while the other one has not come back',
      'allDomainControllers',
      change((one) => of(dc1)(one) && one.kind === 'reboot' && one.phase === 'ended', { backAt: null }),
    ],
    [
      '2: a partner of a server that was left unwell',
      'bothPartners',
      change((one) => one.kind === 'verify' && one.server.endsWith('SQL01') && one.client === provider.name, {
        healthy: false,
      }),
    ],
    ['3: an effect before the window', 'outsideWindow', moved(first, never)],
    [
      '3: a repair after the window, although its installation began inside',
      'outsideWindow',
      [...good, ...late(place(19), 'repair')],
    ],
    ['3: a start too late for its window', 'startedTooLate', moved(place(19), 28.5 * hour)],
    [
      '4: an installation without a checkpoint',
      'noCheckpoint',
      without((one) => of(first)(one) && one.kind === 'checkpoint'),
    ],
    [
      '4: an installation after a checkpoint that failed',
      'noCheckpoint',
      change((one) => of(first)(one) && one.kind === 'checkpoint' && one.phase === 'ended', { ok: false }),
    ],
    [
      '4: an installation without a backup',
      'noBackup',
      change((one) => of(first)(one) && one.kind === 'install' && one.phase === 'begun', { backupAt: null }),
    ],
    [
      '4: an installation with a backup that is too old',
      'noBackup',
      change((one) => of(first)(one) && one.kind === 'install' && one.phase === 'begun', {
        backupAt: saturday - 37 * hour,
      }),
    ],
    ['5: an effect after an emergency stop', 'afterStop', good, said('stop', startOf(4))],
    [
      '5: an effect after the stop of its client',
      'afterClientStop',
      good,
      said('stopClient', startOf(4), { clientId: provider.clientId }),
    ],
    [
      '5: a start after the pause of its client',
      'startedPaused',
      good,
      said('pauseClient', startOf(4), { clientId: provider.clientId }),
    ],
    ['5: a start in a pause of everything', 'startedPaused', good, said('pauseCampaign', startOf(4))],
    ['5: a start in a ring that is held', 'startedHeld', good, said('holdRing', startOf(4), { ring: 0 })],
    [
      '5: a start of a server that is left out',
      'startedExcluded',
      good,
      said('excludeServer', saturday, { serverId: place(9).serverId }),
    ],
    ['6: a ring before the one before has ended', 'ringTooEarly', moved(place(12), -4 * hour)],
    ['6: a ring after one with too few successes', 'ringUnproven', badly([place(9)])],
    [
      '6: a ring after one that was hardly tried',
      'ringUnproven',
      without(({ client, at }) => client === provider.name && at >= startOf(3)),
    ],
    ['7: a start after as many failures as trip the ring', 'startedTripped', badly([0, 1, 2].map(place))],
    [
      '8: one command that took effect twice',
      'effectTwice',
      [...good, ...update(first, startOf(21)).filter(({ kind }) => kind === 'install')],
    ],
    [
      '8: more reboots than planned',
      'tooManyReboots',
      [
        ...good,
        ...[0, 1, 2, 3].flatMap((count) =>
          update(first, startOf(0) + 40 * minute + count * minute)
            .filter(({ kind }) => kind === 'reboot')
            .map((one, phase) => ({
              ...one,
              at: startOf(0) + (41 + 2 * count + phase) * minute,
              commandId: `2026-campaign.p1.${first.serverId}.reboot.${count + 2}`,
            })),
        ),
      ],
    ],
  ]

  it.each(plants)('%s (%s)', (_, rule, record, operator) => {
    expect(judged(record, operator)).toContain(rule)
  })

  it('6: a ring that did not wait for the soak', () => {
    const soaking = { ...started, settings: { soakMinutes: [120, 0, 0, 0] } }
    const found = judge(good, { inventory, topology: true, operator: [soaking], speed })
    expect(found.map(({ rule }) => rule)).toContain('ringUnproven')
  })

  it('but a server that was only booted and then left alone proves nothing for or against its ring', () => {
    const left = without((one) => of(place(9))(one) && !['inspect', 'reboot'].includes(one.kind))
    const booted = left.map((one) =>
      of(place(9))(one) && one.phase === 'ended' ? { ...one, ok: true } : one,
    )
    expect(judged(booted).has('ringUnproven')).toBe(false)
    const hung = left.filter((one) => !(of(place(9))(one) && one.phase === 'ended'))
    expect(judged(hung)).toContain('ringUnproven')
  })

  it('and a promotion, a waiver or a retry of the operator’s excuses it', () => {
    expect(judged(badly([place(9)]), said('promoteRing', startOf(10) - minute, { ring: 0 }))).toEqual(
      new Set(),
    )
    const waived = change((one) => of(first)(one) && one.kind === 'install', { backupAt: null })
    const waiver = said('waive', saturday, { serverId: first.serverId, until: startOf(30) })
    expect(judged(waived, waiver)).toEqual(new Set())
    const again = update(place(9), startOf(9) + 45 * minute).map((one) => ({
      ...one,
      at: Math.min(one.at, startOf(10) - minute),
      commandId: one.commandId.replace('.p1.', '.p1r1.'),
    }))
    const retry = said('retryServer', startOf(9) + 44 * minute, { serverId: place(9).serverId })
    expect(judged([...badly([place(9)]), ...again], retry)).toEqual(new Set())
    const worse = again.map((one) => (one.kind === 'verify' ? { ...one, healthy: false, left: 3 } : one))
    expect(judged([...badly([place(9)]), ...worse], retry)).toEqual(new Set(['ringUnproven']))
    const tripped = badly([0, 1, 2].map(place))
    const promoted = [3, 10].flatMap((at) => said('promoteRing', startOf(at) - minute, { ring: 0 }))
    expect(judged(tripped, promoted)).toEqual(new Set())
  })
})
