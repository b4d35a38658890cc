import { expect, test } from 'vitest'
import { dependentsOf, type Neighbour } from '../../../orchestrations/domain/dependents.ts'
import type { Role } from '../../../orchestrations/domain/fleet.ts'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'

const at = (name: string, role: Role, more: Partial<Neighbour> = {}): Neighbour => ({
  serverId: ServerId.parse(`boulangerie.${name}`),
  role,
  site: 'lyon',
  online: true,
  ...more,
})
const ended = (outcome: OutcomeKind) => ({ kind: 'ended', outcome, startedAt: 1, endedAt: 2 }) as const
const running = { kind: 'running', step: 'install', startedAt: 1, stepAt: 1 } as const
const sql = at('sql01', 'sql')
const namesOf = (server: Neighbour, all: readonly Neighbour[]): string[] =>
  dependentsOf(server, all).map(({ serverId }) => serverId.split('.')[1] ?? '')

test('A SQL server is judged by applications, web and RDS; one of each before a second one, three at most', () => {
  const all = [
    sql,
    at('app01', 'application'),
    at('app02', 'application'),
    at('rds01', 'rds'),
    at('web01', 'web'),
  ]
  expect(namesOf(sql, all)).toEqual(['app01', 'web01', 'rds01'])
  expect(namesOf(sql, [sql, at('app01', 'application'), at('app02', 'application')])).toEqual([
    'app01',
    'app02',
  ])
})

test('Its own site comes first', () => {
  const all = [at('app01', 'application', { site: 'nice' }), at('app02', 'application'), at('fs01', 'file')]
  expect(namesOf(sql, all)).toEqual(['app02', 'app01'])
})

test('A domain controller is judged by what logs on to it; nothing is judged by itself', () => {
  const dc = at('dc01', 'domainController')
  expect(namesOf(dc, [dc, sql, at('mail', 'exchange'), at('dc02', 'domainController')])).toEqual([
    'sql01',
    'mail',
  ])
  expect(namesOf(at('fs01', 'file'), [sql, dc])).toEqual([])
})

test('What is offline, or ended badly in this campaign, says nothing', () => {
  const all = [
    at('app01', 'application', { online: false }),
    at('app02', 'application', { state: ended('failed') }),
    at('app03', 'application', { state: ended('succeeded'), online: false }),
  ]
  expect(namesOf(sql, all)).toEqual([])
})

test('It is known who was healthy, and who is under way', () => {
  const all = [
    at('app01', 'application', { state: ended('succeeded') }),
    at('web01', 'web', { state: running, online: false }),
    at('rds01', 'rds'),
  ]
  expect(dependentsOf(sql, all)).toMatchObject([
    { wasHealthy: true, underWay: false },
    { wasHealthy: false, underWay: true },
    { wasHealthy: false, underWay: false },
  ])
})
