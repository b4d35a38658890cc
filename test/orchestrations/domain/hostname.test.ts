import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clientIdFor,
  parseHostname,
  roleInName,
  roleOf,
  serverIdFor,
} from '../../../orchestrations/domain/hostname.ts'
import { ClientId, clientOf } from '../../../orchestrations/domain/ids.ts'

test.each([
  ['LAA-PARIS-DC-01', { client: 'LAA', site: 'PARIS', role: 'domainController', number: 1 }],
  ['LAA-PARIS-DC01', { client: 'LAA', site: 'PARIS', role: 'domainController', number: 1 }],
  ['laa-paris-sql12', { client: 'LAA', site: 'PARIS', role: 'sql', number: 12 }],
  ['LAA-PARIS-RDS03.laa.local', { client: 'LAA', site: 'PARIS', role: 'rds', number: 3 }],
  ['SAINT-JEAN-NICE-VEEAM-1', { client: 'SAINT-JEAN', site: 'NICE', role: 'backup', number: 1 }],
  ['X1-69-HV2', { client: 'X1', site: '69', role: 'host', number: 2 }],
  ['LAA-PARIS-DC', undefined],
  ['PARIS-DC01', undefined],
  ['LAA-PARIS-XYZ01', undefined],
  ['WIN-4K2J8D7H1AB', undefined],
  ['', undefined],
  ['.', undefined],
])('%s', (host, expected) => {
  expect(parseHostname(host)).toEqual(expected)
})

test('role words are understood in both languages, with accents and in any case', () => {
  expect(
    ['dc', 'Hyper-V', 'Contrôleur de domaine', 'domainController', 'hôte', 'Fichiers', 'tse'].map(roleOf),
  ).toEqual(['domainController', 'host', 'domainController', 'domainController', 'host', 'file', 'rds'])
  expect(roleOf('coffee')).toBeUndefined()
})

test('a role is found anywhere in a name, the telling one first', () => {
  expect(['DC2', 'SRV-SQL01', 'srv01', 'pc17'].map(roleInName)).toEqual([
    'domainController',
    'sql',
    'other',
    undefined,
  ])
})

test('ids are slugs without accents', () => {
  expect(clientIdFor('Boulangerie Ançay & Fils')).toBe('boulangerie-ancay-fils')
  expect(clientIdFor('Textiles Hautecœur')).toBe('textiles-hautecoeur')
  expect(clientIdFor(' – ')).toBeUndefined()
  expect(serverIdFor(ClientId.parse('laa'), 'LAA-PARIS-DC01')).toBe('laa.laa-paris-dc01')
})

test('whatever the name, its id is valid or there is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const id = clientIdFor(name)
      if (id === undefined) return
      expect(ClientId.parse(id)).toBe(id)
      expect(clientOf(serverIdFor(id, 'DC01'))).toBe(id)
    }),
  )
})
