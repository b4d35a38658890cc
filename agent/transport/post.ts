import http from 'node:http'
import https from 'node:https'
import { ApiUnreachable } from './transport.ts'

/** Where and how requests go; agents of one process may share the connections. */
export interface HttpLine {
  readonly baseUrl: URL
  readonly agent: http.Agent | https.Agent
  readonly timeoutMs: number
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  /** Epoch ms, from the Date header. */
  readonly serverTime: number | undefined
}

const maxAnswerBytes = 256 * 1024

/** A line with kept connections. `maxSockets` bounds them when many agents share it; `secure`: of an https address. */
export function openLine(
  baseUrl: string,
  options: { timeoutMs?: number; maxSockets?: number; secure?: https.Agent } = {},
): HttpLine {
  const url = new URL(baseUrl)
  const settings = { keepAlive: true, maxSockets: options.maxSockets ?? 2, scheduling: 'lifo' } as const
  const agent =
    url.protocol === 'https:' ? (options.secure ?? new https.Agent(settings)) : new http.Agent(settings)
  return { baseUrl: url, agent, timeoutMs: options.timeoutMs ?? 30_000 }
}

/** One POST of JSON text. Rejects with ApiUnreachable when there is no whole answer in time. */
export function post(
  line: HttpLine,
  path: string,
  body: string,
  authorization?: string,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new ApiUnreachable(`POST ${path} at ${line.baseUrl.origin}: ${why}`))
    const { request } = line.baseUrl.protocol === 'https:' ? https : http
    const outgoing = request(
      {
        agent: line.agent,
        hostname: line.baseUrl.hostname,
        port: line.baseUrl.port,
        method: 'POST',
        path,
        timeout: line.timeoutMs,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(authorization === undefined ? {} : { authorization }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        let size = 0
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxAnswerBytes)
            outgoing.destroy(new Error(`the answer is larger than ${maxAnswerBytes} bytes`))
          else chunks.push(chunk)
        })
        answer.on('error', (error) => fail(error.message))
        answer.on('end', () => {
          const date = Date.parse(answer.headers.date ?? '')
          resolve({
            status: answer.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            serverTime: Number.isNaN(date) ? undefined : date,
          })
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${line.timeoutMs} ms`)))
    outgoing.on('error', (error) => fail(error.message))
    outgoing.end(body)
  })
}
