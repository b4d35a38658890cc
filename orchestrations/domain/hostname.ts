import type { ServerId } from './ids.ts'
import { ClientId } from './ids.ts'
import type { Role } from './fleet.ts'

export interface HostParts {
  readonly client: string
  readonly site: string
  readonly role: Role
  readonly number: number
}

export function parseHostname(host: string): HostParts | undefined {
  throw new Error(`unfinished ${host}`)
}
export function roleOf(word: string): Role | undefined {
  throw new Error(`unfinished ${word}`)
}
/** undefined when no letter or digit is left. */
export function clientIdFor(name: string): ClientId | undefined {
  throw new Error(`unfinished ${name}`)
}
export function serverIdFor(clientId: ClientId, host: string): ServerId {
  throw new Error(`unfinished ${clientId} ${host}`)
}
