import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorRoutes } from '../../../functions/http/operator/routes.ts'
import type { Route } from '../../../functions/http/operator/route.ts'
import { enrolled, imported, inventory, planned, serverAt, tokenFor } from './agentRig.ts'
import { startMatrixRig, type Matrix } from './matrixRig.ts'
import { saturday, type Answer } from './rig.ts'

/** Every route, for every role, with all clients and with one: who may do what, and nobody to another client. */
const roles = ['observer', 'operator', 'approver', 'admin'] as const
const scopes = ['all', 'one'] as const
const mine = 'client-0001'
const others = inventory.clients.map(({ clientId }) => clientId).filter((id) => id !== mine)
const other = serverAt(24)

let matrix: Matrix
let params: Record<string, string>
beforeAll(async () => {
  matrix = await startMatrixRig()
  await imported(matrix.rig)
  const { campaignId } = await planned(matrix.rig)
  await enrolled(matrix.rig, other)
  await tokenFor(matrix.rig, other.clientId)
  params = {
    campaignId,
    ring: '2',
    clientId: other.clientId,
    serverId: other.serverId,
    kb: 'KB5031364',
    list: 'clientconfig',
    todoId: 'x',
    tokenId: '0'.repeat(16),
    approvalId: 'x',
    enrolmentId: 'x',
    importId: 'x',
  }
})
afterAll(() => matrix.rig.close())

/** What every body asks for at once, always of another client: no route is saved by a body that it can't read. */
const body = {
  name: 'x',
  selection: { kind: 'clients', clients: [other.clientId] },
  updates: { ids: [], categories: [] },
  planHash: 'f'.repeat(64),
  reason: 'x',
  text: 'x',
  outcome: 'failed',
  serverId: other.serverId,
  clients: [other.clientId],
  until: saturday + 3_600_000,
}

const allowed = (route: Route, role: (typeof roles)[number]): boolean =>
  role === 'admin' || route.roles.includes(role)

interface Seen {
  readonly answer: Answer
  /** Whether any other client has changed. */
  readonly changed: boolean
}

/** What is wrong with an answer to somebody with this role and scope. */
function faultsOf(route: Route, role: (typeof roles)[number], scope: (typeof scopes)[number], seen: Seen) {
  const { status, text } = seen.answer
  const faults: string[] = []
  if (status >= 500) faults.push(`failed with ${status}`)
  if (!allowed(route, role)) return status === 403 ? faults : [...faults, `was let in: ${status}`]
  if (scope === 'all') return faults
  // What was asked for comes back in the words of a refusal: that is no news.
  const told = others.filter((id) => text.includes(id) && !(status >= 400 && id === other.clientId))
  if (told.length > 0) faults.push(`tells of ${told.join(', ')}`)
  if (seen.changed) faults.push('changed another client')
  const ofOther = /\{(clientId|serverId)\}/.test(route.path)
  const acts = route.method !== 'GET' && route.name !== 'negotiate'
  if ((ofOther || acts) && status < 400) faults.push(`was done: ${status}`)
  return faults
}

describe.each(operatorRoutes)('$method /api/$path', (route) => {
  test.each(roles.flatMap((role) => scopes.map((scope) => [role, scope] as const)))(
    'for %s of %s: refused without the role, silent about other clients and without effect on them',
    async (role, scope) => {
      const before = await matrix.revisions(others)
      const answer = await matrix.ask(route, role, scope, { params, body })
      const changed = String(await matrix.revisions(others)) !== String(before)
      expect(faultsOf(route, role, scope, { answer, changed })).toEqual([])
    },
  )
})
