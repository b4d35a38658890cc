import type { Hub } from './hub.ts'
import type { Limits } from './session.ts'

/** What REST and WebSocket share. */
export type Service = {
  readonly accessKey: string
  readonly now: () => number
  readonly limits: Limits
  /** Host and port as the connection string names them. */
  readonly ownHost: () => string
  readonly hub: (name: string) => Hub
}
