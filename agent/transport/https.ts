import type { z } from 'zod'
import { HeartbeatAnswer } from '../../orchestrations/contracts/agent.ts'
import { ReportAnswer } from '../../orchestrations/contracts/report.ts'
import type { AssertionSigner } from './assertion.ts'
import { post } from './post.ts'
import type { HttpAnswer, HttpLine } from './post.ts'
import { ApiRefused, ApiUnreachable } from './transport.ts'
import type { AgentApi } from './transport.ts'

/** The API over HTTPS; every request carries an assertion signed with the host's key. */
export function createHttpsApi(line: HttpLine, signer: AssertionSigner, serverNow: () => number): AgentApi {
  const call = async <T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> => {
    const text = JSON.stringify(body)
    const answer = await post(line, path, text, `Bearer ${signer.assert(text, serverNow())}`)
    return readAnswer(path, answer, schema)
  }
  return {
    heartbeat: (body) => call('/api/agent/heartbeat', body, HeartbeatAnswer),
    report: (body) => call('/api/agent/report', body, ReportAnswer),
  }
}

/** Parses an answer at the boundary; throws ApiRefused or ApiUnreachable. */
export function readAnswer<T>(path: string, answer: HttpAnswer, schema: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299)
    throw new ApiRefused(answer.status, `POST ${path}: ${answer.text.slice(0, 300)}`, answer.serverTime)
  const parsed = schema.safeParse(parseJson(answer.text))
  if (!parsed.success)
    throw new ApiUnreachable(`POST ${path}: an answer of another form: ${parsed.error.message.slice(0, 300)}`)
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
