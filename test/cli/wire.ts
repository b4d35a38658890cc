import type { z } from 'zod'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string
  readonly body: string
  readonly type: string
  readonly key: string
  readonly ifMatch: string
  readonly language: string
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const problem = (status: number, title: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title, status, ...more },
})

/** What the stand-in answers is what the contract says: parsed here, so that a wrong shape fails the test. */
export function answered<T extends z.ZodType>(schema: T, value: z.input<T>, status = 200): Answer {
  return { status, body: schema.parse(value) }
}

/** A body as the contract takes it; anything else throws, and the test sees its call unanswered. */
export function taken<T extends z.ZodType>(schema: T, { body }: Received): z.infer<T> {
  return schema.parse(JSON.parse(body))
}
