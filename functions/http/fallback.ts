import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import { withHeaders } from './headers.ts'
import { answer, nothing, Refusal } from './respond.ts'

export interface KnownPath {
  readonly method: string
  /** Its route template, without `api/`. */
  readonly path: string
}

const everyMethod: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Which methods a path of the API is for; none: there is no such path. */
export function methodsAt(known: readonly KnownPath[], path: string): string[] {
  const segments = path.split('/')
  const found = known
    .filter((one) => fits(one.path.split('/'), segments))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...new Set(found)].sort()
}

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every(
    (part, index) => part.startsWith('{') || part.toLowerCase() === segments[index]?.toLowerCase(),
  )

/** What no route answers: 404 for a path that isn't there, 405 with Allow for another method, 204 for OPTIONS. */
export function serveUnknown(known: readonly KnownPath[], request: HttpRequest): Promise<HttpResponseInit> {
  return answer(
    request,
    () => {
      const methods = methodsAt(known, request.params['rest'] ?? '')
      if (methods.length === 0) throw new Refusal('noSuchPath')
      const allow = [...methods, 'OPTIONS'].join(', ')
      if (request.method === 'OPTIONS') return Promise.resolve(withHeaders(nothing(), { allow }))
      throw new Refusal('wrongMethod', { method: request.method, allow }, { headers: { allow } })
    },
    () => undefined,
  )
}

/** Comes last: the Functions host prefers every other route to it. */
export function registerFallback(known: readonly KnownPath[]): void {
  app.http('unknown', {
    methods: [...everyMethod],
    route: '{*rest}',
    authLevel: 'anonymous',
    handler: (request) => serveUnknown(known, request),
  })
}
