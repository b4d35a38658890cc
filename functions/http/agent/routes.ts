import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import * as df from 'durable-functions'
import { maxReportBytes } from '../../../orchestrations/contracts/report.ts'
import type { Services } from '../../services.ts'
import { answer, readBody } from '../respond.ts'
import { authenticateAgent } from './assertion.ts'
import { enrol } from './enrol.ts'
import { heartbeat } from './heartbeat.ts'
import { report } from './report.ts'

const enrolLimit = 8 * 1024
const heartbeatLimit = 32 * 1024

/** Registers what agents call: outbound HTTPS from the client's network, signed with the host's key. */
export function registerAgentRoutes(services: () => Promise<Services>): void {
  const route = (
    path: string,
    handle: (services: Services, request: HttpRequest) => Promise<HttpResponseInit>,
  ) => {
    app.http(`agent-${path}`, {
      methods: ['POST'],
      route: `agent/${path}`,
      authLevel: 'anonymous',
      handler: (request, context) =>
        answer(
          async () => handle(await services(), request),
          (text) => context.error(`POST /api/agent/${path}: ${text}`),
        ),
    })
  }
  route('enrol', async (all, request) => enrol(all, await readBody(request, enrolLimit)))
  route('heartbeat', async (all, request) => {
    const body = await readBody(request, heartbeatLimit)
    return heartbeat(all, await authenticateAgent(all, request, body), body)
  })
  app.http('agent-report', {
    methods: ['POST'],
    route: 'agent/report',
    authLevel: 'anonymous',
    extraInputs: [df.input.durableClient()],
    handler: (request, context) =>
      answer(
        async () => {
          const all = await services()
          const body = await readBody(request, maxReportBytes)
          const sender = await authenticateAgent(all, request, body)
          return report(all, df.getClient(context), sender, body)
        },
        (text) => context.error(`POST /api/agent/report: ${text}`),
      ),
  })
}
