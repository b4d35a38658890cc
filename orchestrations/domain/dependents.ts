import type { Role } from './fleet.ts'
import type { ServerId } from './ids.ts'
import { isUnderWay, type RunState } from './outcomes.ts'

/** Who notices first when a server of this role does not work any more, most telling role first. */
const dependentRoles: Partial<Record<Role, readonly Role[]>> = {
  sql: ['application', 'web', 'rds'],
  domainController: ['sql', 'exchange', 'rds', 'file'],
}
/** More would hold up the client's night for little. */
const mostDependents = 3

export const hasDependents = (role: Role): boolean => role in dependentRoles

export interface Neighbour {
  readonly serverId: ServerId
  readonly role: Role
  readonly site?: string | undefined
  /** Its place in the campaign; absent when it has none. */
  readonly state?: RunState | undefined
  readonly online: boolean
}

export interface Dependent {
  readonly serverId: ServerId
  /** Verified in this campaign; of others nobody knows how they were before. */
  readonly wasHealthy: boolean
  readonly underWay: boolean
}

/**
 * Which servers tell whether a SQL server or a domain controller still serves: of its client, its own site first,
 * one of each role before a second one, at most three. Only what ended well in this campaign, or is online.
 */
export function dependentsOf(
  server: Pick<Neighbour, 'serverId' | 'role' | 'site'>,
  all: readonly Neighbour[],
): Dependent[] {
  const roles = dependentRoles[server.role] ?? []
  const near = (one: Neighbour): number => (one.site === server.site ? 0 : 1)
  const byRole = roles.map((role) =>
    all
      .filter((one) => one.role === role && one.serverId !== server.serverId && canTell(one))
      .sort((a, b) => near(a) - near(b) || (a.serverId < b.serverId ? -1 : 1)),
  )
  const chosen: Neighbour[] = []
  for (let rank = 0; byRole.some((list) => rank < list.length); rank++)
    chosen.push(...byRole.flatMap((list) => list[rank] ?? []))
  return chosen
    .sort((a, b) => near(a) - near(b))
    .slice(0, mostDependents)
    .map(({ serverId, state }) => ({ serverId, wasHealthy: endedWell(state), underWay: isUnderWay(state) }))
}

/** Offline ones say nothing; one that is under way is named, so that somebody knows that it wasn't asked. */
function canTell({ state, online }: Neighbour): boolean {
  if (isUnderWay(state)) return true
  return online && (state?.kind !== 'ended' || endedWell(state) || state.startedAt === undefined)
}

const endedWell = (state: RunState | undefined): boolean =>
  state?.kind === 'ended' && state.outcome === 'succeeded'
