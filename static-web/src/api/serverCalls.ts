import { z } from 'zod'
import {
  CalendarAnswer,
  ClientShow,
  ControlAnswer,
  type ExcludeBody,
  ServerAnswer,
  ServerList,
  ServerShow,
  Waiver,
} from '../../../orchestrations/contracts/api.ts'
import type { Call } from './http.ts'
import { at, queryOf } from './paths.ts'
import { posting } from './posting.ts'

export interface ServerQuery {
  readonly campaign?: string
  readonly client?: string
  readonly ring?: number
  readonly state?: string
  readonly q?: string
  readonly cursor?: string
  readonly limit?: number
}

export type Outcome = 'succeeded' | 'failed' | 'rolledBack' | 'skipped'

/** Clients and servers apart from a campaign, with the verbs of the CLI. */
export function serverCalls(call: Call) {
  const post = posting(call)
  const client = (id: string, verb: string) => `api/clients/${at(id)}/${verb}`
  const server = (id: string, verb: string) => `api/servers/${at(id)}/${verb}`
  return {
    showClient: (id: string) => call(`api/clients/${at(id)}`, ClientShow),
    stopClient: (id: string, reason: string) => post(client(id, 'stop'), ControlAnswer, { reason }),
    excludeClient: (id: string, body: ExcludeBody) => post(client(id, 'exclude'), ClientShow, body),
    includeClient: (id: string, reason: string) => post(client(id, 'include'), ClientShow, { reason }),
    unlockClient: (id: string, reason: string) => post(client(id, 'unlock'), ClientShow, { reason }),
    calendar: (id: string) => post(client(id, 'calendar'), CalendarAnswer),
    servers: (query: ServerQuery) => call(`api/servers${queryOf({ ...query })}`, ServerList),
    showServer: (id: string, campaign: string) =>
      call(`api/servers/${at(id)}${queryOf({ campaign })}`, ServerShow),
    excludeServer: (id: string, body: ExcludeBody) => post(server(id, 'exclude'), ServerAnswer, body),
    includeServer: (id: string, reason: string) => post(server(id, 'include'), ServerAnswer, { reason }),
    retryServer: (id: string, campaignId: string, reason: string) =>
      post(server(id, 'retry'), ServerAnswer, { campaignId, reason }, { starts: true }),
    resolveServer: (id: string, campaignId: string, outcome: Outcome, reason: string) =>
      post(server(id, 'resolve'), ServerAnswer, { campaignId, outcome, reason }),
    trustServer: (id: string, reason: string) => post(server(id, 'trust'), ServerAnswer, { reason }),
    forgetAgent: (id: string, reason: string) => post(server(id, 'forget-agent'), ServerAnswer, { reason }),
    addWaiver: (serverId: string, until: number, reason: string) =>
      post('api/waivers', Waiver, { serverId, until, reason }),
    removeWaiver: (serverId: string) =>
      call(`api/waivers/${at(serverId)}`, z.unknown(), { method: 'DELETE' }),
  }
}
