import type { Me } from '../../../orchestrations/contracts/api.ts'
import { useOperator, useReader } from './context.tsx'

type Role = Me['roles'][number]

/** Why the reader may not do what takes one of these roles; undefined = they may. */
export function useForbidden(...roles: readonly Role[]): string | undefined {
  const { t } = useReader()
  const { me } = useOperator()
  const wanted = roles.length === 0 ? (['operator'] as const) : roles
  if (me.roles.includes('admin') || me.roles.some((role) => wanted.some((one) => one === role)))
    return undefined
  return t.mayNot(
    me.roles.map((role) => t.operatorRoles[role]).join(', '),
    wanted.map((role) => t.operatorRoles[role]).join(t.or),
  )
}
