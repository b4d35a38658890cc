import { z } from 'zod'
import { LocalError } from '../../supervisor/errors.ts'
import type { LoadedFunction } from '../programmingModel.ts'
import { compileTemplate, type Template } from './template.ts'

export const authLevels = ['anonymous', 'function', 'admin'] as const
export type AuthLevel = (typeof authLevels)[number]

export interface Route {
  readonly functionName: string
  readonly methods: readonly string[]
  readonly authLevel: AuthLevel
  readonly template: Template
}

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Record<string, string> }
  /** The path exists, for other methods. */
  | { readonly kind: 'otherMethods'; readonly methods: readonly string[] }
  | { readonly kind: 'none' }

const httpTrigger = z.object({
  route: z.string().optional(),
  methods: z.array(z.string()).default(['GET', 'POST']),
  authLevel: z.enum(authLevels).default('anonymous'),
})

/** The route of a function with an httpTrigger. Throws LocalError naming the function. */
export function routeOf(fn: LoadedFunction, prefix: string, resolve: (route: string) => string): Route {
  const { name } = fn.metadata
  try {
    const { route, methods, authLevel } = httpTrigger.parse(fn.trigger)
    return {
      functionName: name,
      methods: methods.map((method) => method.toUpperCase()),
      authLevel,
      template: compileTemplate(`${prefix}/${resolve(route ?? name)}`),
    }
  } catch (error) {
    if (error instanceof LocalError) throw error
    const fault = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new LocalError('badUsage', `The route of the function "${name}" is wrong: ${fault}`, {
      cause: error,
    })
  }
}

/** All routes of an app, the more exact before the less exact. */
export class RouteTable {
  readonly #routes: readonly Route[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.toSorted((a, b) => (a.template.precedence < b.template.precedence ? -1 : 1))
  }

  /** @param path without the query, still percent-encoded */
  find(method: string, path: string): RouteMatch {
    const segments = decodeSegments(path)
    if (segments === undefined) return { kind: 'none' }
    const others = new Set<string>()
    for (const route of this.#routes) {
      const params = route.template.match(segments)
      if (params === undefined) continue
      if (route.methods.includes(method)) return { kind: 'found', route, params }
      for (const other of route.methods) others.add(other)
    }
    return others.size === 0 ? { kind: 'none' } : { kind: 'otherMethods', methods: [...others] }
  }
}

function decodeSegments(path: string): string[] | undefined {
  const trimmed = path.replaceAll(/^\/+|\/+$/g, '')
  if (trimmed === '') return []
  const segments = trimmed.split('/')
  if (!trimmed.includes('%')) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return undefined // No valid percent-encoding: no route is meant.
  }
}
