import { z } from 'zod'
import {
  type ExcludeBody,
  type ResolveBody,
  type RetryBody,
  ServerAnswer,
  ServerList,
  ServerShow,
  Waiver,
  type WaiverBody,
  WaiverList,
} from '../../orchestrations/contracts/api.ts'
import type { Send } from './http.ts'
import { allPages, pageSize, queryOf, segment } from './pages.ts'

/** What `GET /api/servers` can be asked for. */
export interface ServerFilter {
  readonly client?: string | undefined
  readonly ring?: number | undefined
  readonly state?: string | undefined
  readonly q?: string | undefined
  readonly campaign?: string | undefined
}

/** An answer without a body (204). */
export const Nothing = z.undefined()

/** Servers, one by one, and their waivers. */
export function serverCalls(send: Send) {
  const server = (id: string) => `/api/servers/${segment(id)}`
  return {
    servers: (filter: ServerFilter, most?: number) =>
      allPages(async (cursor) => {
        const limit = Math.min(pageSize, most ?? pageSize)
        const path = `/api/servers${queryOf({ ...filter, cursor, limit })}`
        const { servers, next } = await send('GET', path, ServerList)
        return { items: servers, next }
      }, most),
    server: (id: string, campaign?: string) =>
      send('GET', `${server(id)}${queryOf({ campaign })}`, ServerShow),
    excludeServer: (id: string, body: ExcludeBody) =>
      send('POST', `${server(id)}/exclude`, ServerAnswer, { json: body }),
    includeServer: (id: string, reason: string) =>
      send('POST', `${server(id)}/include`, ServerAnswer, { json: { reason } }),
    retryServer: (id: string, body: z.input<typeof RetryBody>) =>
      send('POST', `${server(id)}/retry`, ServerAnswer, { json: body }),
    resolveServer: (id: string, body: z.input<typeof ResolveBody>) =>
      send('POST', `${server(id)}/resolve`, ServerAnswer, { json: body }),
    trustServer: (id: string, reason: string) =>
      send('POST', `${server(id)}/trust`, ServerAnswer, { json: { reason } }),
    forgetAgent: (id: string, reason: string) =>
      send('POST', `${server(id)}/forget-agent`, ServerAnswer, { json: { reason } }),
    waivers: async () => (await send('GET', '/api/waivers', WaiverList)).waivers,
    addWaiver: (body: z.input<typeof WaiverBody>) => send('POST', '/api/waivers', Waiver, { json: body }),
    removeWaiver: (serverId: string) => send('DELETE', `/api/waivers/${segment(serverId)}`, Nothing),
  }
}
