import { describe, expect, test } from 'vitest'
import { CampaignReport, type HeldJobs } from '../../../orchestrations/contracts/api.ts'
import {
  namesIn,
  reportedClient,
  reportOf,
  withoutNames,
  type ClientFacts,
  type ReportedRun,
} from '../../../orchestrations/contracts/reportOf.ts'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { RunState, UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'

const now = 1_000_000
const clientId = ClientId.parse('clinique')
const idOf = (name: string) => ServerId.parse(`clinique.${name}`)
const campaignId = CampaignId.parse('c1')
const head = {
  campaignId,
  name: 'November',
  state: { kind: 'ended' as const },
  planHash: 'x',
  requestedBy: 'anna',
  createdAt: 0,
}
const update = (kb: string, result: UpdateResult['result'] = 'succeeded'): UpdateResult => ({
  id: kb,
  kb,
  title: `About ${kb}`,
  result,
})
const ended = (outcome: Extract<RunState, { kind: 'ended' }>['outcome'], more: object = {}): RunState => ({
  kind: 'ended',
  outcome,
  endedAt: 500,
  ...more,
})
const run = (name: string, state: RunState, more: Partial<ReportedRun> = {}): ReportedRun => ({
  serverId: idOf(name),
  state,
  attempts: 1,
  updates: [],
  ...more,
})

function facts(more: Partial<ClientFacts>): ClientFacts {
  return {
    config: {
      clientId,
      name: 'Clinique',
      ring: RingNumber.parse(2),
      zone: 'Europe/Paris',
      windows: [],
      freezeDates: [],
      maxParallelServers: 1,
      priority: 0,
    },
    servers: ['dc01', 'sql01'].map((name) => ({
      serverId: idOf(name),
      clientId,
      host: name.toUpperCase(),
      role: 'sql',
      kind: 'vm',
    })),
    runs: [],
    commands: [],
    waivers: [],
    checkpoints: [],
    heldJobs: [],
    quarantined: new Map(),
    windows: [],
    ...more,
  }
}
const serversOf = (more: Partial<ClientFacts>) => reportedClient(facts(more), now).servers

describe('A server in a report', () => {
  test('was down from the start of each restart and restore to its end, its own alone', () => {
    const command = (
      kind: 'reboot' | 'restoreCheckpoint' | 'install',
      issuedPlanAt: number,
      endedPlanAt?: number,
    ) => ({
      subject: idOf('dc01'),
      kind,
      issuedPlanAt,
      endedPlanAt,
    })
    const commands = [
      command('install', 0, 900),
      command('reboot', 900, 1000),
      command('restoreCheckpoint', 2000, 2300),
      command('reboot', 5000),
      { ...command('reboot', 0, 99_999), subject: idOf('sql01') },
    ]
    const [dc, sql] = serversOf({
      runs: [run('dc01', ended('rolledBack')), run('sql01', ended('succeeded'))],
      commands,
    })
    expect(dc?.downtimeMs).toBe(400)
    expect(sql?.downtimeMs).toBe(99_999)
    expect(serversOf({ runs: [run('dc01', ended('skipped'))] })[0]).not.toHaveProperty('downtimeMs')
  })

  test('has the build that the first inspection found, and the one that it has now', () => {
    const inspect = (buildFound: string) =>
      ({ subject: idOf('dc01'), kind: 'inspect', issuedPlanAt: 0, buildFound }) as const
    expect(
      serversOf({
        runs: [run('dc01', ended('succeeded'), { build: '2' })],
        commands: [inspect('1'), inspect('2')],
      })[0],
    ).toMatchObject({ buildBefore: '1', build: '2' })
  })

  test('that is not done has its next date when it has one: its own, or the next window that it waits for', () => {
    const windows = [
      { start: now - 1, end: now + 5 },
      { start: now + 10, end: now + 20 },
    ]
    const runs = [
      run('a', ended('carriedOver', { nextAt: 7_000_000 })),
      run('b', ended('offlineBeforeStart')),
      run('c', ended('needsOperator')),
      run('d', ended('succeeded', { nextAt: 1 })),
      run('e', { kind: 'pending' }),
    ]
    const dates = (given: typeof windows) => serversOf({ runs, windows: given }).map(({ nextAt }) => nextAt)
    expect(dates(windows)).toEqual([7_000_000, now + 10, undefined, undefined, now + 10])
    expect(dates([])).toEqual([7_000_000, undefined, undefined, undefined, undefined])
  })
})

test('Open are what needs an operator, what is unknown, quarantined or waived, and each checkpoint that stands', () => {
  const standing = {
    name: 'atlas-x',
    serverId: idOf('dc01'),
    host: 'DC01',
    on: idOf('hv01'),
    campaignId,
    createdAt: 1,
    dueAt: 2,
  }
  const waiver = {
    serverId: idOf('sql01'),
    clientId,
    host: 'SQL01',
    until: 9,
    reason: 'tape',
    actor: 'anna',
    at: 1,
  }
  const held: HeldJobs = {
    serverId: idOf('sql01'),
    host: 'SQL01',
    on: idOf('bkp01'),
    campaignId: standing.campaignId,
    jobs: [{ id: '1', name: 'Nightly' }],
    heldAt: 1,
    dueAt: 2,
  }
  const why = reason('noAnswer')
  const unknown: RunState = { kind: 'unknown', step: 'reboot', startedAt: 1, since: 2, reason: why }
  const { open } = reportedClient(
    facts({
      runs: [
        run('dc01', unknown),
        run('sql01', ended('needsOperator', { reason: why })),
        run('x', ended('failed')),
      ],
      waivers: [waiver],
      checkpoints: [standing, { ...standing, problem: reason('checkpointNotRemoved', { message: 'busy' }) }],
      heldJobs: [held, { ...held, problem: reason('jobHeld', { job: 'Nightly' }) }],
      quarantined: new Map([[idOf('sql01'), reason('keyUsedTwice')]]),
    }),
    now,
  )
  expect(open.map(({ host, reason: { code } }) => `${host} ${code}`)).toEqual([
    'DC01 noAnswer',
    'SQL01 noAnswer',
    'SQL01 keyUsedTwice',
    'SQL01 jobHeld',
    'DC01 checkpointStands',
    'DC01 checkpointNotRemoved',
    'SQL01 waiverEnds',
  ])
})

test('A report counts outcomes and updates over its clients, failed updates first', () => {
  const parts = [
    reportedClient(
      facts({
        runs: [
          run('dc01', ended('succeeded'), { updates: [update('KB1'), update('KB2', 'succeededWithErrors')] }),
          run('sql01', ended('rolledBack'), {
            updates: [update('KB2', 'failed'), update('KB3', 'notStarted')],
          }),
          run('x', { kind: 'pending' }),
        ],
      }),
      now,
    ),
  ]
  const report = reportOf(head, parts, now)
  expect(CampaignReport.parse(report)).toEqual(report)
  expect(report).toMatchObject({ servers: 3, counts: { succeeded: 1, rolledBack: 1 } })
  expect(
    report.updates.map(({ kb, succeeded, failed, clients }) => [kb, succeeded, failed, clients]),
  ).toEqual([
    ['KB2', 1, 1, 1],
    ['KB1', 1, 0, 1],
    ['KB3', 0, 0, 1],
  ])
})

test('A reason loses what names another client, and keeps the rest', () => {
  const why = reason('sharedHost', { host: 'HV01', clients: 'Clinique, Garage Peltier (Nantes)' })
  const part = reportedClient(
    facts({
      runs: [
        run(
          'dc01',
          ended('failed', {
            reason: why,
            failure: { code: 'x', message: 'asked GARAGE-PELTIER', remedy: 'giveUp' },
          }),
        ),
        run('sql01', { kind: 'unknown', step: 'reboot', startedAt: 1, since: 2, reason: why }),
      ],
    }),
    now,
  )
  const others = namesIn(['Garage Peltier (Nantes)', 'garage-peltier', 'HV'])
  const clean = withoutNames(part, others)
  expect(JSON.stringify(clean)).not.toMatch(/garage/i)
  expect(clean.open[0]?.reason).toEqual({ code: 'sharedHost', params: { host: 'HV01' } })
  expect(namesIn([]).test('anything')).toBe(false)
})
