import { z } from 'zod'
import { Approval } from '../../../orchestrations/contracts/api.ts'
import type { Route } from '../../../functions/http/operator/route.ts'
import type { Answer } from './rig.ts'

/** Throws unless a success of an operator route is what the route says that it answers, and nothing beside it. */
export function requireDocumented(route: Route, { status, type, body, text }: Answer): void {
  const where = `${route.name}: ${status}`
  if (status >= 400 || status === 304) return
  const asked = status === 202 && route.twoPerson !== undefined && Approval.safeParse(body).success
  const content = asked ? Approval : route.answers?.[status as 200]
  if (content === undefined) throw new Error(`${where} is no documented answer`)
  if (content === null) {
    if (text !== '') throw new Error(`${where} has a body: ${text.slice(0, 200)}`)
    return
  }
  const schema = content instanceof z.ZodType ? content : content.json
  const media = content instanceof z.ZodType ? [] : content.media
  if (media.some((one) => type.startsWith(one))) return
  if (!schema) throw new Error(`${where} is ${type}, which is not documented`)
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Error(`${where} is not what is documented: ${parsed.error.message}`)
  const more = undocumented(body, parsed.data, '')
  if (more !== undefined) throw new Error(`${where} says more than is documented: ${more}`)
}

/** The first place where `given` has something that parsing dropped. */
function undocumented(given: unknown, kept: unknown, at: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  if (typeof kept !== 'object' || kept === null) return at
  for (const [key, value] of Object.entries(given)) {
    const here = `${at}.${key}`
    if (!(key in kept)) return here
    const found = undocumented(value, (kept as Record<string, unknown>)[key], here)
    if (found !== undefined) return found
  }
  return undefined
}
