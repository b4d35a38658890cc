import { sha256 } from '../../../functions/adapters/tables/ledger.ts'
import type { Route } from '../../../functions/http/operator/route.ts'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import { everyone, startRig, tokenOf, type Answer, type Ask } from './rig.ts'

const matrixRoles = ['observer', 'operator', 'approver', 'admin'] as const
type MatrixRole = (typeof matrixRoles)[number]
type Scope = 'all' | 'one'
const nameOf = (role: MatrixRole, scope: Scope) => `${role}-of-${scope}`

/** The usual rig with one operator for each role and scope beside the usual people. */
export async function startMatrixRig() {
  const people = Object.entries(everyone).map(([name, person]) => ({ name, ...person }))
  const more = matrixRoles.flatMap((role) =>
    (['all', 'one'] as const).map((scope) => ({
      name: nameOf(role, scope),
      roles: [role],
      clients: scope === 'all' ? 'all' : ['client-0001'],
    })),
  )
  const operators = [...people, ...more].map((one) => ({ ...one, tokenSha256: sha256(tokenOf(one.name)) }))
  const rig = await startRig({ ATLAS_OPERATORS: JSON.stringify(operators) })
  return {
    rig,
    ask: (route: Route, role: MatrixRole, scope: Scope, more: Ask): Promise<Answer> =>
      rig.ask(route, { ...more, authorization: `Bearer ${tokenOf(nameOf(role, scope))}` }),
    /** How often each client has changed. */
    revisions: (clients: readonly ClientId[]): Promise<number[]> =>
      Promise.all(
        clients.map((clientId) =>
          rig.services.clients.read(clientId, {}, (partition) => partition.head.sequence),
        ),
      ),
  }
}
export type Matrix = Awaited<ReturnType<typeof startMatrixRig>>
