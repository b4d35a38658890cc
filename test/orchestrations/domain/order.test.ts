import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roles, type Inventory, type Server } from '../../../orchestrations/domain/fleet.ts'
import { ClientId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { orderServers, topologyFindings } from '../../../orchestrations/domain/order.ts'

const acme = ClientId.parse('acme')
const idOf = (name: string, client: string = acme): ServerId => ServerId.parse(`${client}.${name}`)
const server = (name: string, more: Partial<Server> = {}): Server => ({
  serverId: idOf(name),
  clientId: acme,
  host: name.toUpperCase(),
  role: 'application',
  kind: 'vm',
  ...more,
})
const order = (servers: readonly Server[], topology = true): string[] =>
  orderServers(servers, { clients: [], servers }, { topology }).map((id) => id.slice(5))

describe('the order of a client', () => {
  test('goes by role, then by name with its numbers', () => {
    const servers = [
      server('dc10', { role: 'domainController' }),
      server('dc2', { role: 'domainController' }),
      server('sql1', { role: 'sql' }),
      server('fs1', { role: 'file' }),
      server('rds1', { role: 'rds' }),
      server('app1'),
      server('bkp1', { role: 'backup' }),
      server('hv1', { role: 'host', kind: 'hyperVHost' }),
    ]
    expect(order(servers)).toEqual(['app1', 'rds1', 'fs1', 'sql1', 'dc2', 'dc10', 'bkp1', 'hv1'])
  })
  test('puts explicit places first', () => {
    expect(order([server('a'), server('z', { order: 2 }), server('y', { role: 'sql', order: 1 })])).toEqual([
      'y',
      'z',
      'a',
    ])
  })
  test('puts a host after its guests and a backup server after what it protects, whatever their places say', () => {
    const servers = [
      server('hv', { kind: 'hyperVHost', role: 'host', order: 1, backupServer: idOf('bkp') }),
      server('bkp', { role: 'backup', order: 2, runsOn: idOf('hv') }),
      server('app', { order: 3, runsOn: idOf('hv'), backupServer: idOf('bkp') }),
      server('last', { order: 4 }),
    ]
    expect(order(servers)).toEqual(['app', 'bkp', 'hv', 'last'])
  })
  test('knows a backup server by what it protects, whatever its role', () => {
    expect(order([server('a'), server('b', { backupServer: idOf('a') })])).toEqual(['b', 'a'])
  })
  test('goes by place and name alone without topology', () => {
    const host = server('a', { kind: 'hyperVHost', role: 'host' })
    expect(order([server('b', { runsOn: host.serverId }), host], false)).toEqual(['a', 'b'])
  })
})

test('every server comes once, hosts after guests, the same for every order of input', () => {
  const anyServers = fc
    .array(
      fc.record({
        role: fc.constantFrom(...roles),
        host: fc.boolean(),
        on: fc.nat(9),
        order: fc.option(fc.integer({ min: 1, max: 5 })),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((list) => {
      const hosts = list.flatMap(({ host }, index) => (host ? [idOf(`s${index}`)] : []))
      return list.map((one, index) => {
        const on = one.host || hosts.length === 0 ? undefined : hosts[one.on % hosts.length]
        return server(`s${index}`, {
          role: one.role,
          kind: one.host ? 'hyperVHost' : 'vm',
          ...(on && { runsOn: on }),
          ...(one.order !== null && { order: one.order }),
        })
      })
    })
  fc.assert(
    fc.property(
      anyServers.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        const ordered = order(list)
        expect(ordered.toSorted()).toEqual(list.map(({ serverId }) => serverId.slice(5)).sort())
        expect(order(shuffled)).toEqual(ordered)
        const place = (id: string): number => ordered.indexOf(id.slice(5))
        const wrong = list.filter(({ serverId, runsOn }) => runsOn && place(runsOn) < place(serverId))
        expect(wrong).toEqual([])
      },
    ),
  )
})

describe('topology findings', () => {
  test('a host that carries several clients is kept out, its guests are not', () => {
    const hv = server('hv', { kind: 'hyperVHost' })
    const foreign = server('x', {
      serverId: idOf('x', 'other'),
      clientId: ClientId.parse('other'),
      runsOn: hv.serverId,
    })
    const inventory: Inventory = { clients: [], servers: [hv, server('g', { runsOn: hv.serverId }), foreign] }
    expect(topologyFindings(inventory, acme)).toEqual([
      {
        serverId: hv.serverId,
        reason: { code: 'sharedHost', params: { host: 'HV', clients: 'acme, other' } },
      },
    ])
    expect(topologyFindings(inventory, ClientId.parse('other'))).toEqual([])
  })
  test('servers that run on each other are kept out', () => {
    const servers = [
      server('a', { runsOn: idOf('b') }),
      server('b', { runsOn: idOf('a') }),
      server('c', { runsOn: idOf('a') }),
    ]
    const found = topologyFindings({ clients: [], servers }, acme)
    expect(found.map(({ serverId, reason }) => `${serverId} ${reason.code}`)).toEqual([
      'acme.a topologyCycle',
      'acme.b topologyCycle',
    ])
  })
})
