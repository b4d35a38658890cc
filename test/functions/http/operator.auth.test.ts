import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorRoutes } from '../../../functions/http/operator/routes.ts'
import { imported, inventory, planned } from './agentRig.ts'
import { people, rolesOf, startRig, type Ask, type Rig } from './rig.ts'

let rig: Rig
let params: Record<string, string>
const [mine, others] = inventory.clients.map((client) => client.clientId)
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  params = { ...(await planned(rig)).params, ring: '2', clientId: others ?? '' }
})
afterAll(() => rig.close())

const may = (who: (typeof people)[number], roles: readonly string[]): boolean =>
  rolesOf(who).some((role) => role === 'admin' || roles.includes(role))

describe.each(operatorRoutes)('$method /api/$path', (route) => {
  test('says who may: some role, and only known ones', () => {
    expect(route.roles.length).toBeGreaterThan(0)
  })

  test.each<[name: string, ask: Ask]>([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer nobody' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dG9rZW4tb2YtYWRh' }],
    ['a token in the query', { query: { access_token: 'token-of-ada' } }],
    [
      'an unsigned token of Entra ID',
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJhZG1pbiJdfQ.' },
    ],
    ['a token as long as a book', { authorization: `Bearer ${'a'.repeat(10_000)}` }],
  ])('refuses %s', async (_, ask) => {
    const answer = await rig.ask(route, { params, ...ask })
    expect(answer).toMatchObject({ status: 401, type: 'application/problem+json' })
  })

  test.each(people.filter((who) => !may(who, route.roles)))(
    'refuses %s, who has another role',
    async (who) => {
      expect(await rig.ask(route, { who, params, body: {} })).toMatchObject({ status: 403 })
    },
  )
})

const ofOneClient = operatorRoutes.filter(({ path }) => path.includes('{clientId}'))
const fleetWide = operatorRoutes.filter(({ path }) => !path.includes('{clientId}'))
/** What belongs to another client does not exist. */
const ofOneThing = ({ path }: { path: string }) => /\{(serverId|todoId|enrolmentId)\}/.test(path)

test.each(ofOneClient)(
  '$method /api/$path: another client is, to an operator of one, a client that does not exist',
  async (route) => {
    const answer = await rig.ask(route, { who: 'sam', params, body: {} })
    const unknown = await rig.ask(route, { who: 'sam', params: { ...params, clientId: 'nobody' }, body: {} })
    expect(answer.status).toBe(404)
    expect(JSON.stringify(answer.body)).toBe(JSON.stringify(unknown.body).replaceAll('nobody', others ?? ''))
  },
)

test.each(fleetWide)('$method /api/$path: tells an operator of one client of no other', async (route) => {
  const answer = await rig.ask(route, { who: 'sam', params, body: {} })
  expect(JSON.stringify(answer.body)).not.toContain(others)
})

test.each(
  fleetWide.filter((route) => route.method === 'POST' && route.name !== 'negotiate' && !ofOneThing(route)),
)('$method /api/$path: lets an operator of one client change nothing fleet-wide', async (route) => {
  const { status } = await rig.ask(route, { who: 'sam', params, body: {} })
  expect([400, 403]).toContain(status)
})

test('Nothing of all this has changed anything', async () => {
  const campaigns = await rig.byName('listCampaigns', { who: 'olga' })
  expect(campaigns.body['campaigns']).toMatchObject([{ state: { kind: 'planned' } }])
  expect((await rig.byName('showStop', { who: 'olga' })).body).toMatchObject({ kind: 'clear' })
  expect(rig.started).toEqual([])
})

test('An operator of one client sees that client', async () => {
  const seen = await rig.byName('showLedger', { who: 'sam', params: { clientId: mine ?? '' } })
  expect(seen.status).toBe(200)
  expect(await rig.byName('showInventory', { who: 'sam' })).toMatchObject({ body: { clients: 1 } })
  expect(await rig.byName('negotiate', { who: 'sam' })).toMatchObject({
    body: { groups: [`client-${mine}`] },
  })
})
