import { describe, expect, test } from 'vitest'
import { hourMs, minuteMs } from '../../../orchestrations/domain/time.ts'
import { decideTurn, type TurnFacts } from '../../../orchestrations/domain/turn.ts'
import { mended } from '../../../orchestrations/domain/turnFailures.ts'
import {
  brief,
  ended,
  facts,
  idOf,
  nextWeekend,
  recordsOf,
  running,
  saturday,
  server,
  settings,
  unknown,
} from './turnRig.ts'

const now = saturday + hourMs
const decide = (given: TurnFacts, at = now, more = {}) => decideTurn(given, { ...settings, ...more }, at)
const one = [server('a')]

describe('nothing starts', () => {
  test.each<[string, Partial<TurnFacts>, string]>([
    ['after an emergency stop', { stopped: true }, 'hold emergencyStop'],
    ['while the campaign is paused', { campaign: 'paused' }, 'hold campaignPaused'],
    [
      'while the client is paused',
      { control: { kind: 'paused', reason: 'r', actor: 'x', until: now + 1 } },
      'hold clientPaused',
    ],
    [
      'while the client is stopped',
      { control: { kind: 'stopped', reason: 'r', actor: 'x' } },
      'hold clientStopped',
    ],
    ['before its ring', { ring: { kind: 'waiting' } }, 'hold ringNotStarted'],
    ['in a held ring', { ring: { kind: 'held', reason: 'r', actor: 'x' } }, 'hold ringHeld'],
    [
      'after the breaker tripped',
      { ring: { kind: 'tripped', reason: { code: 'ringTripped' } } },
      'hold ringTripped',
    ],
    ['before a promotion', { ring: { kind: 'waitsForPromote' } }, 'hold waitsForPromote'],
    ["under another's lock", { lock: { kind: 'other', owner: 'c2' } }, 'hold lockedByOther'],
  ])('%s', (_, more, expected) => {
    expect(brief(decide(facts(one, more)))).toBe(expected)
  })

  test('and a pause names when it ends', () => {
    const control = { kind: 'paused', reason: 'r', actor: 'x', until: now + 5 } as const
    expect(decide(facts(one, { control }))).toMatchObject({ kind: 'hold', until: now + 5 })
  })

  test('stop is judged before everything else', () => {
    const all = { stopped: true, campaign: 'cancelled', lock: { kind: 'other', owner: 'c2' } } as const
    expect(brief(decide(facts(one, all)))).toBe('hold emergencyStop')
  })
})

test.each([
  ['a pause that has expired', { control: { kind: 'paused', reason: '', actor: '', until: now } as const }],
  ['a ring that has passed', { ring: { kind: 'passed', at: 1 } as const }],
  ['a ring that soaks', { ring: { kind: 'soaking', until: now + 1 } as const }],
  ['a free lock', { lock: { kind: 'free' } as const }],
])('%s lets a client go on', (_, more) => {
  expect(brief(decide(facts(one, more)))).toBe('start acme.a')
})

test('a cancelled campaign skips what is pending and waits for what is under way', () => {
  const both = [server('a'), server('b', { state: running })]
  expect(brief(decide(facts(both, { campaign: 'cancelled' })))).toBe('acme.a skipped campaignCancelled')
  const left = [server('a', { state: ended('skipped') }), server('b', { state: running })]
  expect(brief(decide(facts(left, { campaign: 'cancelled' })))).toBe('hold serverUnderWay')
})

describe('a failure', () => {
  test.each(['failed', 'needsOperator'] as const)('%s stops the rest of the client', (outcome) => {
    const decision = decide(facts([server('a', { state: ended(outcome) }), server('b')]))
    expect(brief(decision)).toBe('acme.b skipped clientStoppedAfterFailure')
  })
  test('lets it go on where the campaign says so', () => {
    const servers = [server('a', { state: ended('failed') }), server('b')]
    expect(brief(decide(facts(servers), now, { onFailure: 'continue' }))).toBe('start acme.b')
  })
  test('that was rolled back lets it go on', () => {
    expect(brief(decide(facts([server('a', { state: ended('rolledBack') }), server('b')])))).toBe(
      'start acme.b',
    )
  })
})

describe('servers that are never started', () => {
  test('are recorded: excluded and not enrolled', () => {
    const excluded = server('a', { excluded: {} })
    const servers = [server('b', { enrolled: false, order: 2 }), server('c')]
    expect(brief(decide(facts([excluded, ...servers])))).toBe('acme.a excluded excluded')
    expect(brief(decide(facts(servers)))).toBe('acme.b notEnrolled notEnrolled')
  })
  test('an exclusion that has ended counts no more', () => {
    expect(brief(decide(facts([server('a', { excluded: { until: now } })])))).toBe('start acme.a')
  })
  test('offline ones come last and are recorded only when nothing is left to start or running', () => {
    const offline = server('a', { online: false })
    expect(brief(decide(facts([offline, server('b', { order: 2 })])))).toBe('start acme.b')
    expect(brief(decide(facts([offline, server('b', { state: running })], { maxParallel: 2 })))).toBe(
      'hold serverUnderWay',
    )
    expect(brief(decide(facts([offline, server('b', { state: ended('succeeded') })])))).toBe(
      'acme.a offlineBeforeStart offline',
    )
  })
})

describe('an exclusion', () => {
  const soon = now + hourMs
  const away = server('a', { excluded: { until: soon } })

  test('without an end, or past the last window, is recorded before any window opens', () => {
    const forGood = server('a', { excluded: { until: nextWeekend.end } })
    for (const excluded of [forGood, server('a', { excluded: {} })])
      expect(brief(decide(facts([excluded]), saturday - hourMs))).toBe('acme.a excluded excluded')
  })
  test('of the client is one of each of its servers, and the longer of both counts', () => {
    const servers = [server('a', { excluded: { until: soon } }), server('b', { excluded: {} }), server('c')]
    expect(brief(decide(facts(servers, { excluded: {} })))).toBe(
      'acme.a excluded clientExcluded, acme.b excluded excluded, acme.c excluded clientExcluded',
    )
  })
  test('that ends in a window leaves its server waiting while others are done, and wakes for it', () => {
    expect(brief(decide(facts([away, server('b', { order: 2 })])))).toBe('start acme.b')
    expect(decide(facts([away, server('b', { state: running })]))).toMatchObject({
      kind: 'hold',
      until: soon,
    })
    expect(brief(decide(facts([away]), soon))).toBe('start acme.a')
  })
  test('keeps no ring waiting: what is left alone is carried over to when it can start', () => {
    const [record] = recordsOf(decide(facts([away, server('b', { state: ended('succeeded') })])))
    expect(record).toMatchObject({ outcome: 'carriedOver', reason: { code: 'excluded' }, nextAt: soon })
    const later = server('a', { excluded: { until: saturday + 60 * hourMs } })
    expect(recordsOf(decide(facts([later])))[0]).toMatchObject({ nextAt: nextWeekend.start })
  })
  test('of a guest does not have its host skipped', () => {
    const guest = server('g', { runsOn: idOf('hv'), excluded: { until: soon } })
    const host = server('hv', { kind: 'hyperVHost', role: 'host', order: 9 })
    expect(brief(decide(facts([guest, host])))).toBe('acme.g carriedOver excluded')
  })
  test('says nothing of a server under way', () => {
    expect(brief(decide(facts([server('a', { state: running, excluded: {} })], { excluded: {} })))).toBe(
      'hold serverUnderWay',
    )
  })
})

describe('a place given back', () => {
  const again = (since: number) =>
    ({ kind: 'pending', reason: { code: 'retriedByOperator' }, since }) as const
  test('is not taken by the failure before it, but by one after it', () => {
    const broken = server('a', { state: ended('failed') })
    expect(brief(decide(facts([broken, server('b', { state: again(saturday + 1) })])))).toBe('start acme.b')
    expect(brief(decide(facts([broken, server('b', { state: again(saturday - 1) })])))).toBe(
      'acme.b skipped clientStoppedAfterFailure',
    )
  })
  test('is offered to who was skipped after a failure once none stands any more', () => {
    const skipped = server('b', {
      state: {
        kind: 'ended',
        outcome: 'skipped',
        endedAt: now,
        reason: { code: 'clientStoppedAfterFailure' },
      },
    })
    const other = server('c', { state: ended('skipped') })
    const after = (outcome: Parameters<typeof ended>[0]) =>
      mended([server('a', { state: ended(outcome) }), skipped, other]).map(({ serverId }) => serverId)
    expect(after('succeeded')).toEqual([skipped.serverId])
    expect(after('rolledBack')).toEqual([skipped.serverId])
    expect(after('failed')).toEqual([])
    expect(after('needsOperator')).toEqual([])
    for (const state of [running, unknown, again(now)])
      expect(mended([server('a', { state }), skipped])).toEqual([])
  })
})

describe('what other clients keep back', () => {
  const waits = { code: 'waitsForOtherClients' } as const
  test('lets others of its client go first, is waited for, and is carried over when its time is over', () => {
    const host = server('hv', { kind: 'hyperVHost', waits })
    expect(brief(decide(facts([host, server('b', { order: 2 })])))).toBe('start acme.b')
    const latest = saturday + 46 * hourMs
    expect(decide(facts([host]))).toMatchObject({ kind: 'hold', reason: waits, until: latest + 1 })
    expect(brief(decide(facts([host]), latest + 1))).toBe('acme.hv carriedOver carriedOver')
  })
  test('a shared host keeps to what its clients have in common', () => {
    const common = { start: saturday + 10 * hourMs, end: saturday + 14 * hourMs }
    const host = server('hv', { kind: 'hyperVHost', windows: [common] })
    expect(recordsOf(decide(facts([host])))).toMatchObject([{ outcome: 'carriedOver', nextAt: common.start }])
    expect(brief(decide(facts([host]), common.start))).toBe('start acme.hv')
    expect(recordsOf(decide(facts([host]), common.end - hourMs))).toMatchObject([
      { outcome: 'carriedOver', reason: { code: 'noWindow' } },
    ])
  })
})

describe('a quarantined server', () => {
  const locked = server('a', { quarantined: true })
  test('is never started: it is skipped once it could be, and its client goes on', () => {
    expect(brief(decide(facts([locked, server('b')])))).toBe('acme.a skipped quarantined')
    expect(brief(decide(facts([locked, server('b')]), saturday - 1))).toBe('hold windowClosed')
    const skipped = server('a', { state: ended('skipped'), quarantined: true })
    expect(brief(decide(facts([skipped, server('b')])))).toBe('start acme.b')
  })
})

describe('a server whose tasks no lab has proven', () => {
  const unproven = { code: 'labNeverSeen' } as const
  test('is skipped at its turn and says why, and its client goes on', () => {
    expect(brief(decide(facts([server('a', { unproven }), server('b')])))).toBe('acme.a skipped labNeverSeen')
    const skipped = server('a', { state: ended('skipped'), unproven })
    expect(brief(decide(facts([skipped, server('b')])))).toBe('start acme.b')
  })
  test('is not judged before its agent is heard', () => {
    const silent = server('a', { unproven, online: false })
    expect(brief(decide(facts([silent, server('b')])))).toBe('start acme.b')
  })
})

test('a campaign that has ended starts nothing more', () => {
  expect(brief(decide(facts(one, { campaign: 'ended' })))).toBe('acme.a skipped campaignEnded')
})

describe('windows', () => {
  test('before the first one a client waits for its start', () => {
    const decision = decide(facts(one), saturday - 1)
    expect(decision).toMatchObject({ kind: 'hold', reason: { code: 'windowClosed' }, until: saturday })
  })
  test('the latest start is the end less p95 and reserve, and what is later is carried over', () => {
    const latest = saturday + 46 * hourMs
    expect(brief(decide(facts(one), latest))).toBe('start acme.a')
    expect(recordsOf(decide(facts(one), latest + 1))).toEqual([
      {
        serverId: idOf('a'),
        outcome: 'carriedOver',
        reason: { code: 'carriedOver', params: { nextAt: nextWeekend.start } },
        nextAt: nextWeekend.start,
      },
    ])
  })
  test('a client that has worked carries over what is left between windows', () => {
    const servers = [server('a', { state: ended('succeeded', saturday) }), server('b')]
    const between = saturday + 50 * hourMs
    expect(recordsOf(decide(facts(servers), between))[0]).toMatchObject({ nextAt: nextWeekend.start })
    expect(brief(decide(facts([server('b')]), between))).toBe('hold windowClosed')
  })
  test('without any window left the rest is carried over without a date', () => {
    const [record] = recordsOf(decide(facts(one, { windows: [] })))
    expect(record).toMatchObject({ outcome: 'carriedOver', reason: { code: 'noWindow' } })
    expect(record).not.toHaveProperty('nextAt')
  })
  test('a server that no window is long enough for says so', () => {
    const long = [server('a', { p95Ms: 100 * hourMs })]
    expect(brief(decide(facts(long)))).toBe('acme.a carriedOver windowTooShort')
  })
  test('a hold for a server under way ends when something would no longer fit', () => {
    const servers = [server('a', { state: unknown }), server('b')]
    expect(decide(facts(servers))).toMatchObject({ kind: 'hold', until: saturday + 46 * hourMs + 1 })
  })
})

test('an unknown server holds its place', () => {
  const servers = [server('a', { state: unknown }), server('b')]
  expect(brief(decide(facts(servers)))).toBe('hold unknownUnderWay')
  expect(brief(decide(facts(servers, { maxParallel: 2 })))).toBe('start acme.b')
})

describe('topology', () => {
  const host = { kind: 'hyperVHost', role: 'host', order: 9 } as const
  const onHost = { runsOn: idOf('hv') }
  const dc = { role: 'domainController' } as const
  const two = { maxParallel: 2 }
  test.each([
    [
      'a host waits for a guest under way',
      [server('g', { ...onHost, state: running }), server('hv', host)],
      'hold hostWaitsForGuests',
    ],
    [
      'a host waits for an unknown guest',
      [server('g', { ...onHost, state: unknown }), server('hv', host)],
      'hold hostWaitsForGuests',
    ],
    [
      'a guest waits for its host',
      [server('g', onHost), server('hv', { ...host, state: running })],
      'hold guestWaitsForHost',
    ],
    [
      'guests go before their host even when the order says otherwise',
      [server('hv', { ...host, order: 1 }), server('g', { ...onHost, order: 2 })],
      'start acme.g',
    ],
    [
      'a host does not wait for a guest that is offline',
      [server('g', { ...onHost, online: false }), server('hv', host)],
      'start acme.hv',
    ],
    [
      'a partner waits for the other',
      [server('p', { partner: idOf('q') }), server('q', { state: running })],
      'hold partnerNotBack',
    ],
    [
      'a partner waits whichever side names the other',
      [server('p'), server('q', { partner: idOf('p'), state: unknown })],
      'hold partnerNotBack',
    ],
    [
      'never both domain controllers',
      [server('a', dc), server('b', { ...dc, state: running })],
      'hold otherDomainControllerNotBack',
    ],
    [
      'nor the one that is up while the other is offline',
      [server('a', dc), server('b', { ...dc, online: false, state: ended('succeeded') })],
      'acme.a skipped otherDomainControllerNotBack',
    ],
    [
      'a second of three domain controllers may',
      [
        server('a', dc),
        server('b', { ...dc, state: running }),
        server('c', { ...dc, state: ended('succeeded') }),
      ],
      'start acme.a',
    ],
    ['the only domain controller may', [server('a', dc)], 'start acme.a'],
  ])('%s', (_, servers, expected) => {
    expect(brief(decide(facts(servers, two)))).toBe(expected)
  })
  test('a partner that failed keeps the other from starting', () => {
    const servers = [server('p', { partner: idOf('q') }), server('q', { state: ended('needsOperator') })]
    expect(brief(decide(facts(servers), now, { onFailure: 'continue' }))).toBe(
      'acme.p skipped partnerNotBack',
    )
  })
  test('is not looked at when the campaign says so', () => {
    const servers = [server('hv', host), server('g', { ...onHost, state: running })]
    expect(brief(decide(facts(servers, two), now, { topology: false }))).toBe('start acme.hv')
  })
})

test('a client finishes with what is carried over and the earliest next date', () => {
  const carried = (nextAt: number) => ({ ...ended('carriedOver'), nextAt })
  const servers = [server('a', { state: carried(9) }), server('b', { state: carried(7) })]
  expect(decide(facts(servers, { stopped: true }))).toEqual({ kind: 'finish', carriedOver: 2, nextAt: 7 })
  expect(decide(facts([]))).toEqual({ kind: 'finish', carriedOver: 0 })
})

test('a p95 below the reserve never makes a window longer', () => {
  const short = [server('a', { p95Ms: 0 })]
  expect(brief(decide(facts(short), saturday + 48 * hourMs - 30 * minuteMs))).toBe('start acme.a')
  expect(brief(decide(facts(short), saturday + 48 * hourMs - 30 * minuteMs + 1))).toContain('carriedOver')
})
