import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agentRoutes } from '../../../functions/http/agent/routes.ts'
import { operatorRoutes } from '../../../functions/http/operator/routes.ts'
import { assertionOf, enrolled, imported, planned, serverAt, tokenFor, type Host } from './agentRig.ts'
import { startRig, type Answer, type Rig } from './rig.ts'

let rig: Rig
let host: Host
let token: string
const params: Record<string, string> = {
  ring: '2',
  clientId: serverAt(0).clientId,
  serverId: serverAt(0).serverId,
}
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  host = await enrolled(rig, serverAt(0))
  token = await tokenFor(rig, serverAt(1).clientId)
  params['campaignId'] = (await planned(rig)).campaignId
})
afterAll(() => rig.close())

/** Bodies that begin like real ones, so that the fuzz gets past the first check. */
const words = [
  'name',
  'selection',
  'kind',
  'clients',
  'rings',
  'updates',
  'ids',
  'planHash',
  'reason',
  'until',
  'hosts',
  'token',
  'host',
  'publicKey',
  'agentVersion',
  'bootedAt',
  'open',
  'epoch',
  'connected',
  'now',
  'reports',
  'type',
  'commandId',
  'at',
  'acceptedAt',
  'result',
  'failure',
  'message',
  '__proto__',
  'constructor',
]
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    'everything',
    'clients',
    'succeeded',
    'accepted',
    'tombstone',
    'inspect',
    'install',
    'x.p0.client-0001.a.b.1',
    null,
    true,
    -1,
    0,
    1e308,
    2 ** 53,
    '',
    '\u0000',
    '\ud800',
    "' or PartitionKey ne '",
    '../..',
    'client-0001',
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
)
const { value: anyJson } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 6 }),
  ),
}))
const anyBody = fc.oneof(
  fc.dictionary(fc.constantFrom(...words), anyJson, { maxKeys: 8 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constant('['.repeat(20_000)),
  fc.constant('{"a":'.repeat(5_000)),
)
const anyParameter = fc.constantFrom(
  '',
  '0',
  '2',
  'client-0001',
  'x'.repeat(2_000),
  '../campaigns',
  "a' or 1 eq 1",
  'é%00',
)

const parameters = [...new Set(operatorRoutes.flatMap(({ path }) => path.match(/(?<=\{)\w+/g) ?? []))]
const queries = [
  'file',
  'dryRun',
  'after',
  ...new Set(operatorRoutes.flatMap(({ query }) => Object.keys(query?.shape ?? {}))),
]

/** A refusal in the form of one, or a success; never a failure of ATLAS. */
function expectAnswer({ status, type }: Answer): void {
  expect(status).toBeLessThan(500)
  const kinds =
    status < 400 ? /^(application\/json|text\/\w+; charset=utf-8|none)$/ : /^application\/problem\+json$/
  expect(type).toMatch(kinds)
}

describe.each(operatorRoutes)('$method /api/$path', (route) => {
  test('answers any body, parameter and query without failing', async () => {
    const any = fc.record({
      body: anyBody,
      params: fc.oneof(
        fc.constant(params),
        fc.record(Object.fromEntries(parameters.map((name) => [name, anyParameter]))),
      ),
      query: fc.dictionary(fc.constantFrom(...queries), anyParameter),
    })
    await fc.assert(
      fc.asyncProperty(any, async (more) => expectAnswer(await rig.ask(route, { who: 'ada', ...more }))),
      { numRuns: 40 },
    )
    expect(rig.logged).toEqual([])
  })
})

describe.each(agentRoutes)('POST /api/agent/$name', ({ name }) => {
  test('answers any signed body without failing', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const text = typeof body === 'string' ? body.toWellFormed() : Buffer.from(body).toString('latin1')
        expectAnswer(await rig.askAgent(name, text, assertionOf(host, text)))
      }),
      { numRuns: 150 },
    )
    expect(rig.logged).toEqual([])
  })

  test('answers any assertion without failing, and with a refusal', async () => {
    const anyPart = fc.oneof(
      fc.constantFrom('', '.', 'null', '[]', '{}', '{"alg":"ES256"}', '{"iss":1}'),
      fc.string({ unit: 'binary' }),
    )
    const assertions = fc
      .array(anyPart, { maxLength: 4 })
      .map((parts) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.'))
    await fc.assert(
      fc.asyncProperty(assertions, async (assertion) => {
        const answer = await rig.askAgent(name, '{}', `Bearer ${assertion}`)
        expectAnswer(answer)
        expect(answer.status).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 60 },
    )
    expect(rig.logged).toEqual([])
  })
})

test('An enrolment with any key is a refusal or a key that works', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.base64String({ minLength: 40, maxLength: 48 }),
    fc.constant(host.publicKey.x),
  )
  await fc.assert(
    fc.asyncProperty(text, text, async (x, y) => {
      const publicKey = { kty: 'EC', crv: 'P-256', x, y }
      const body = { token, host: serverAt(1).host, publicKey, agentVersion: '1' }
      expect((await rig.askAgent('enrol', body)).status).toBe(400)
    }),
    { numRuns: 60 },
  )
})
