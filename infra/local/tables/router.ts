import { randomBytes } from 'node:crypto'
import type { Authorize } from './auth/authorize.ts'
import { runBatch } from './batch/run.ts'
import { answerEntityRequest, type Service } from './entity-requests.ts'
import { refusals, TablesError } from './errors.ts'
import { errorAnswer } from './protocol/answers.ts'
import { headerOf, parseTarget, type TablesAnswer, type TablesRequest } from './protocol/request.ts'
import { createTable, deleteTable, listTables } from './table-requests.ts'

/** Answers one request from an address; never throws. */
export type Handle = (request: TablesRequest, ip: string) => TablesAnswer

/** The service without its sockets. `now`: epoch milliseconds. */
export function tablesHandler(service: Service, authorize: Authorize, now: () => number): Handle {
  const nextId = requestIds()
  return (request, ip) => {
    const requestId = nextId()
    try {
      return finished(request, requestId, route(service, authorize, request, requestId, now(), ip))
    } catch (error) {
      const refusal = error instanceof TablesError ? error : internalError(error)
      return finished(request, requestId, errorAnswer(refusal, requestId, now()))
    }
  }
}

// A full disk or a locked file must reach the caller and the operator, but not end the service.
function internalError(cause: unknown): TablesError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  process.emitWarning(`Tables service: ${detail}`, { type: 'TablesServiceError' })
  return new TablesError(500, 'InternalError', `The server encountered an internal error: ${detail}`)
}

function route(
  service: Service,
  authorize: Authorize,
  request: TablesRequest,
  requestId: string,
  now: number,
  ip: string,
): TablesAnswer {
  const target = parseTarget(request.target)
  const grant = authorize(request, target, ip)
  const { account, resource, query } = target
  const base = `http://${headerOf(request.headers, 'host') ?? 'localhost'}/${account}`
  const method = headerOf(request.headers, 'x-http-method') ?? request.method
  if (query.has('comp')) throw refusals.notImplemented()
  switch (resource.kind) {
    case 'batch':
      if (method !== 'POST') throw refusals.methodNotAllowed()
      return runBatch({ service, grant, account, base, requestId, now }, request)
    case 'entity':
    case 'entities': {
      const { headers, body } = request
      return answerEntityRequest(service, { account, base, resource, method, headers, query, body }, grant)
    }
    case 'tables':
      if (method === 'POST') return createTable(service.store, account, base, request, grant)
      if (method === 'GET') return listTables(service.store, account, base, request, query, grant)
      throw refusals.methodNotAllowed()
    case 'table':
      if (method !== 'DELETE') throw refusals.methodNotAllowed()
      return deleteTable(service.store, account, resource.table, grant)
    case 'service':
      throw refusals.notImplemented()
  }
}

function finished(request: TablesRequest, requestId: string, answer: TablesAnswer): TablesAnswer {
  const version = headerOf(request.headers, 'x-ms-version') ?? '2019-02-02'
  const client = headerOf(request.headers, 'x-ms-client-request-id')
  const headers = [
    ...answer.headers,
    'x-ms-request-id',
    requestId,
    'x-ms-version',
    version,
    'cache-control',
    'no-cache',
    'x-content-type-options',
    'nosniff',
    'content-length',
    String(Buffer.byteLength(answer.body)),
  ]
  if (client !== undefined) headers.push('x-ms-client-request-id', client)
  return { ...answer, headers }
}

// GUID-shaped and unique: random per process, then counted.
function requestIds(): () => string {
  const prefix = randomBytes(4).toString('hex')
  let count = 0
  return () => `${prefix}-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`
}
