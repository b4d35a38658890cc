import { constraintOf, type Constraint } from './constraints.ts'

/** A part of a path segment: text as it is, or a parameter. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'parameter'
      readonly name: string
      readonly optional: boolean
      readonly catchAll: boolean
      readonly fallback: string | undefined
      readonly constraints: readonly Constraint[]
    }

interface Segment {
  readonly parts: readonly Part[]
  readonly pattern: RegExp
  /** Lower goes first: text, text with parameters, constrained, parameter, the rest of the path. */
  readonly rank: number
}

export interface Template {
  /** The parameters' values (decoded) if the path fits, else undefined. */
  match(segments: readonly string[]): Record<string, string> | undefined
  /** Sorts the templates of an app: the more exact first. */
  readonly precedence: string
}

/**
 * Compiles a route template as ASP.NET Core reads it: `a/{id}`, `{id:int}`, `{x?}`, `{x=1}`, `{*rest}`, `{a}.{b}`.
 * Throws an error that says what is wrong with it.
 * Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function compileTemplate(template: string): Template {
  const segments = splitTemplate(template).map(compileSegment)
  const least = segments.findLastIndex(({ parts }) => !mayBeMissing(parts)) + 1
  const endless = segments.at(-1)?.parts.some((part) => part.kind === 'parameter' && part.catchAll) === true
  return {
    precedence: segments.map(({ rank }) => rank).join(''),
    match: (path) => {
      if (path.length < least || (!endless && path.length > segments.length)) return undefined
      const values: Record<string, string> = {}
      for (const [index, segment] of segments.entries()) {
        const rest = endless && index === segments.length - 1
        const text = rest ? path.slice(index).join('/') : path[index]
        if (!take(segment, text, values)) return undefined
      }
      return values
    },
  }
}

const mayBeMissing = (parts: readonly Part[]): boolean => {
  const [part] = parts
  return part?.kind === 'parameter' && (part.optional || part.catchAll || part.fallback !== undefined)
}

function take(segment: Segment, text: string | undefined, values: Record<string, string>): boolean {
  const found = text === undefined || text === '' ? undefined : segment.pattern.exec(text)
  if (found === null || (found === undefined && !mayBeMissing(segment.parts))) return false
  let group = 0
  for (const part of segment.parts) {
    if (part.kind === 'text') continue
    const value = found?.[++group] ?? part.fallback
    if (value === undefined) continue
    if (!part.constraints.every((fits) => fits(value))) return false
    values[part.name] = value
  }
  return true
}

/** Splits at slashes that stand outside of braces: a regex constraint may hold some. */
function splitTemplate(template: string): string[] {
  const trimmed = template.replaceAll(/^\/|\/$/g, '')
  if (trimmed === '') return []
  return trimmed.split(/\/(?=(?:[^{}]|\{(?:\{\{|\}\}|[^{}])*\})*$)/)
}

function compileSegment(text: string): Segment {
  const parts = partsOf(text)
  const source = parts.map((part) => {
    if (part.kind === 'text') return escapeRegExp(part.text)
    // Greedy, so that of `{name}.{extension}` the last dot counts.
    return part.catchAll ? '(.*)' : '(.+)'
  })
  return { parts, pattern: new RegExp(`^${source.join('')}$`, 'i'), rank: rankOf(parts) }
}

function rankOf(parts: readonly Part[]): number {
  const [part] = parts
  if (part === undefined || parts.length > 1) return 2
  if (part.kind === 'text') return 1
  if (part.catchAll) return part.constraints.length > 0 ? 5 : 6
  return part.constraints.length > 0 ? 3 : 4
}

function partsOf(segment: string): Part[] {
  const parts: Part[] = []
  for (const [token] of segment.matchAll(/\{(?:\{\{|\}\}|[^{}])*\}|[^{}]+|[{}]/g)) {
    if (token === '{' || token === '}') throw new Error(`the braces of "${segment}" don't match`)
    parts.push(token.startsWith('{') ? parameter(token.slice(1, -1)) : { kind: 'text', text: token })
  }
  return parts
}

function parameter(text: string): Part {
  const found = /^(\*{0,2})([^:=?*]+)((?::[^:=(]+(?:\(.*?\))?)*)(\?|=.*)?$/.exec(text)
  const name = found?.[2]
  if (found === null || name === undefined) throw new Error(`"{${text}}" is no route parameter`)
  const [, stars, , constraints = '', tail = ''] = found
  const isOptional = tail === '?' || constraints.endsWith('?')
  return {
    kind: 'parameter',
    name,
    catchAll: stars !== '',
    optional: isOptional,
    fallback: tail.startsWith('=') ? tail.slice(1) : undefined,
    constraints: splitConstraints(isOptional ? constraints.replace(/\?$/, '') : constraints).map(
      constraintOf,
    ),
  }
}

const splitConstraints = (text: string): string[] => text.match(/[^:(]+(?:\(.*?\)(?=:|$))?/g) ?? []

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
