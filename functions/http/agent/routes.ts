import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import { maxReportBytes } from '../../../orchestrations/contracts/report.ts'
import type { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Durable, Services } from '../../services.ts'
import { addressOf, spend } from '../limits.ts'
import { answer, readBody, Refusal } from '../respond.ts'
import { authenticateAgent } from './assertion.ts'
import { enrol } from './enrol.ts'
import { heartbeat } from './heartbeat.ts'
import { report } from './report.ts'
import { durableInput, durableOf } from '../../durableClient.ts'

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
  {
    name: 'enrol',
    limitBytes: 8 * 1024,
    handle: (services, _, body, durable) => enrol(services, durable, body),
  },
  {
    name: 'heartbeat',
    limitBytes: 32 * 1024,
    handle: async (services, request, body, durable) =>
      heartbeat(services, durable, await identified(services, request, body), body),
  },
  {
    name: 'report',
    limitBytes: maxReportBytes,
    handle: async (services, request, body, durable) =>
      report(services, durable, await identified(services, request, body), body),
  },
]

async function identified(services: Services, request: HttpRequest, body: Buffer): Promise<ServerId> {
  const serverId = await authenticateAgent(services, request, body)
  spend(services, 'agents', serverId)
  return serverId
}

/** Refused for what it is, not for what it asks: such requests count against where they come from. */
const unproven = new Set([401, 403, 404])

async function countingFailures(
  services: Services,
  request: HttpRequest,
  handle: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof Refusal && unproven.has(error.status))
      spend(services, 'failures', addressOf(request))
    throw error
  }
}

/** Answers one request of an agent; whatever goes wrong is an answer too. */
export function serveAgent(
  route: AgentRoute,
  services: () => Promise<Services>,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    request,
    async () => {
      const all = await services()
      return countingFailures(all, request, async () =>
        route.handle(all, request, await readBody(request, route.limitBytes), durable),
      )
    },
    (text) => log(`POST /api/agent/${route.name}: ${text}`),
  )
}

export function registerAgentRoutes(services: () => Promise<Services>): void {
  for (const route of agentRoutes)
    app.http(`agent-${route.name}`, {
      methods: ['POST'],
      route: `agent/${route.name}`,
      authLevel: 'anonymous',
      extraInputs: [durableInput],
      handler: (request, context) =>
        serveAgent(route, services, request, durableOf(context), (text) => context.error(text)),
    })
}
