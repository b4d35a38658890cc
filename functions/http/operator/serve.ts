import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import type { Me } from '../../../orchestrations/contracts/api.ts'
import type { Durable, Services } from '../../services.ts'
import { withHeaders } from '../headers.ts'
import { addressOf, spend } from '../limits.ts'
import { answer, Refusal } from '../respond.ts'
import { type Authenticate, requireRole } from './auth.ts'
import { callOf } from './call.ts'
import { once } from './idempotency.ts'
import { requireUnchanged } from './preconditions.ts'
import type { Call, Route } from './route.ts'
import { withSecondPerson } from './secondPerson.ts'
import { durableInput, durableOf } from '../../durableClient.ts'

/**
 * Answers one request of an operator. Who asks, with which role, how often: that comes before anything else. What
 * was done already under the same key is answered again; then what the caller has read must still be so, and a
 * second person may be asked.
 */
export function serve(
  route: Route,
  services: () => Promise<Services>,
  authenticate: Authenticate,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    request,
    async () => {
      const all = await services()
      const me = await identified(all, route, authenticate, request)
      requireRole(me, ...route.roles)
      const left = route.unlimited === true ? {} : spend(all, kindOf(route), me.name)
      const call = callOf(route, me, request, durable, log)
      return withHeaders(await act(all, route, call), left)
    },
    (text) => log(`${route.method} /api/${route.path}: ${text}`),
  )
}

const kindOf = ({ method }: Route) => (method === 'GET' ? 'reads' : 'writes')

/** A token that is valid is never kept out by others' failures from the same address; those that aren't wait. */
async function identified(
  services: Services,
  route: Route,
  authenticate: Authenticate,
  request: HttpRequest,
): Promise<Me> {
  try {
    return await authenticate(request)
  } catch (error) {
    if (error instanceof Refusal && route.unlimited !== true) spend(services, 'failures', addressOf(request))
    throw error
  }
}

async function act(services: Services, route: Route, call: Call): Promise<HttpResponseInit> {
  return once(services, route, call, async (claimed) => {
    await requireUnchanged(services, route, call)
    return withSecondPerson(services, route, call, () => claimed(() => route.handle(services, call)))
  })
}

export function register(
  route: Route,
  services: () => Promise<Services>,
  authenticate: () => Authenticate,
): void {
  app.http(route.name, {
    methods: route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
    route: route.path,
    authLevel: 'anonymous',
    extraInputs: [durableInput],
    handler: (request, context) =>
      serve(route, services, authenticate(), request, durableOf(context), (text) => context.error(text)),
  })
}
