import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { Problem } from '../../../orchestrations/contracts/api.ts'

/** The operator API, as the start command uses it: it is an operator like any other. */
export interface Api {
  get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>>
  post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.infer<T>>
  upload<T extends z.ZodType>(path: string, csv: Uint8Array, schema: T): Promise<z.infer<T>>
}

export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly problem: Problem

  constructor(problem: Problem) {
    super([problem.title, problem.detail, problem.fix].filter(Boolean).join(' '))
    this.problem = problem
  }
}

const attempts = 60
const pauseMs = 500

/** A call that finds the host restarting is made again: every call of ours is safe to repeat. */
export function connectApi(base: string, token: string): Api {
  async function call<T extends z.ZodType>(method: string, path: string, body: BodyInit | null, schema: T) {
    for (let attempt = 1; ; attempt++) {
      let answer: Response
      try {
        const headers = { authorization: `Bearer ${token}` }
        answer = await fetch(`${base}/api/${path}`, {
          method,
          body,
          headers,
          signal: AbortSignal.timeout(120_000),
        })
      } catch (error) {
        if (attempt === attempts) throw error
        await delay(pauseMs)
        continue
      }
      if (answer.ok) return schema.parse(await answer.json())
      if (answer.status >= 500 && attempt < attempts) {
        await answer.body?.cancel()
        await delay(pauseMs)
        continue
      }
      throw new ApiRefusal(problemOf(answer.status, await answer.text()))
    }
  }
  return {
    get: (path, schema) => call('GET', path, null, schema),
    post: (path, body, schema) => call('POST', path, JSON.stringify(body), schema),
    upload: (path, csv, schema) => call('POST', path, new Uint8Array(csv), schema),
  }
}

function problemOf(status: number, text: string): Problem {
  try {
    return Problem.parse(JSON.parse(text))
  } catch {
    return { type: 'about:blank', status, title: `The API answered ${status}`, detail: text.slice(0, 200) }
  }
}
