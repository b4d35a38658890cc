import type { HttpMethod, HttpRequest, HttpResponseInit } from '@azure/functions'
import type { z } from 'zod'
import type { Me, TwoPersonAction } from '../../../orchestrations/contracts/api.ts'
import type { PathPart } from '../../../orchestrations/contracts/words/problems/index.ts'
import type { CampaignId, ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import type { Durable, Services } from '../../services.ts'
import type { Role } from './auth.ts'

export interface Call {
  readonly me: Me
  readonly request: HttpRequest
  readonly durable: Durable
  /** Writes to the function app's log. */
  readonly log: (text: string) => void
  /** The body, parsed with the schema that the route declares. */
  body<T extends z.ZodType>(schema: T): Promise<z.infer<T>>
  /** The query, parsed with the schema that the route declares; what it doesn't name is ignored. */
  query<T extends z.ZodObject>(schema: T): z.infer<T>
  bytes(limit: number): Promise<Buffer>
  /**
   * Inside a transaction of the client that the call is about: 412 when the caller's If-Match doesn't name the
   * revision on which is decided.
   */
  readonly unchanged: (partition: Partition) => void
  campaignId(): CampaignId
  clientId(): ClientId
  serverId(): ServerId
  ring(): RingNumber
  /** A further part of the path, parsed; 404 when it is no such `part`. */
  param<T extends z.ZodType>(name: string, schema: T, part: PathPart): z.infer<T>
}

/** What an answer brings: JSON of a schema, other media types (with or without JSON), or nothing (`null`). */
export type Content =
  | z.ZodType
  | { readonly json?: z.ZodType; readonly media: readonly [string, ...string[]] }
  | null

/** One operation of the API: OpenAPI, parsing and behaviour all come from here. */
export interface Route {
  readonly name: string
  readonly method: HttpMethod
  readonly path: string
  readonly roles: readonly Role[]
  /** One line of plain English: what it does. */
  readonly summary?: string
  readonly query?: z.ZodObject
  /** The JSON body, as `handle` asks `call.body` for it; `media`: so many bytes of these types. */
  readonly body?: z.ZodType | { readonly media: readonly [string, ...string[]]; readonly limit: number }
  /** Each status of success with what it brings. Refusals are problem documents everywhere. */
  readonly answers?: Readonly<Partial<Record<200 | 201 | 202 | 204, Content>>>
  /** Whether it starts something: an Idempotency-Key is then honoured. */
  readonly starts?: boolean
  /** For which a second person can be required (ATLAS_SECOND_PERSON). */
  readonly twoPerson?: TwoPersonAction
  /** No limit keeps anybody from it: `stop`, `release`, `negotiate`. */
  readonly unlimited?: boolean
  readonly handle: (services: Services, call: Call) => Promise<HttpResponseInit>
}

const everybody: readonly Role[] = ['operator', 'approver', 'observer']
export const readers = everybody
