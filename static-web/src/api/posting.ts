import type { z } from 'zod'
import type { Call } from './http.ts'

interface More {
  readonly starts?: boolean
  readonly ifMatch?: string
}

/** POST of a JSON body. */
export function posting(call: Call) {
  return <S extends z.ZodType>(path: string, answer: S, body: unknown = {}, more: More = {}) =>
    call(path, answer, { method: 'POST', body, ...more })
}
