import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import * as df from 'durable-functions'
import { maxReportBytes } from '../../../orchestrations/contracts/report.ts'
import type { Durable, Services } from '../../services.ts'
import { answer, readBody } from '../respond.ts'
import { authenticateAgent } from './assertion.ts'
import { enrol } from './enrol.ts'
import { heartbeat } from './heartbeat.ts'
import { report } from './report.ts'

export interface AgentRoute {
  readonly name: string
  readonly limitBytes: number
  readonly handle: (
    services: Services,
    request: HttpRequest,
    body: Buffer,
    durable: Durable,
  ) => Promise<HttpResponseInit>
}

/** What agents call: outbound HTTPS from the client's network, signed with the host's key. */
export const agentRoutes: readonly AgentRoute[] = [
  // The only one without an assertion: its token speaks for it.
  { name: 'enrol', limitBytes: 8 * 1024, handle: (services, _, body) => enrol(services, body) },
  {
    name: 'heartbeat',
    limitBytes: 32 * 1024,
    handle: async (services, request, body) =>
      heartbeat(services, await authenticateAgent(services, request, body), body),
  },
  {
    name: 'report',
    limitBytes: maxReportBytes,
    handle: async (services, request, body, durable) =>
      report(services, durable, await authenticateAgent(services, request, body), body),
  },
]

/** Answers one request of an agent; whatever goes wrong is an answer too. */
export function serveAgent(
  route: AgentRoute,
  services: () => Promise<Services>,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    async () => route.handle(await services(), request, await readBody(request, route.limitBytes), durable),
    (text) => log(`POST /api/agent/${route.name}: ${text}`),
  )
}

export function registerAgentRoutes(services: () => Promise<Services>): void {
  for (const route of agentRoutes)
    app.http(`agent-${route.name}`, {
      methods: ['POST'],
      route: `agent/${route.name}`,
      authLevel: 'anonymous',
      extraInputs: [df.input.durableClient()],
      handler: (request, context) =>
        serveAgent(route, services, request, df.getClient(context), (text) => context.error(text)),
    })
}
