import { STATUS_CODES } from 'node:http'
import type { Grant } from '../auth/grant.ts'
import { applyPrepared, type EntityRequest, prepareWrite, type Service } from '../entity-requests.ts'
import { duplicateRow, invalidInput, refusals, TablesError } from '../errors.ts'
import { errorBody } from '../protocol/answers.ts'
import { headerOf, parseTarget, type TablesAnswer, type TablesRequest } from '../protocol/request.ts'
import { type BatchOperation, parseBatch } from './parse.ts'

export type BatchContext = {
  readonly service: Service
  readonly grant: Grant
  readonly account: string
  readonly base: string
  readonly requestId: string
  /** Epoch milliseconds. */
  readonly now: number
}

const operationLimit = 100

/** A refused operation, with its place. */
class BatchFailure extends Error {
  readonly index: number
  readonly refusal: TablesError
  constructor(index: number, refusal: TablesError) {
    super(refusal.message)
    this.index = index
    this.refusal = refusal
  }
}

/**
 * Runs an entity-group transaction: all operations or none. The answer is 202 in either case; a failure
 * holds one part, whose message begins with the index of the operation that was refused.
 */
export function runBatch(context: BatchContext, request: TablesRequest): TablesAnswer {
  const operations = parseBatch(request.body, headerOf(request.headers, 'content-type') ?? '')
  if (operations.length === 0) throw invalidInput('The batch has no operation.')
  try {
    if (operations.length > operationLimit) throw new BatchFailure(0, refusals.tooManyOperations())
    const answers = context.service.store.transaction(() => applyAll(context, operations))
    return multipart(
      context.requestId,
      operations.map((operation, i) => successPart(operation, answers[i])),
    )
  } catch (error) {
    if (!(error instanceof BatchFailure)) throw error
    return multipart(context.requestId, [failurePart(context, error)])
  }
}

function applyAll(context: BatchContext, operations: readonly BatchOperation[]): TablesAnswer[] {
  const { service, grant } = context
  const rows = new Set<string>()
  let group: string | undefined
  return operations.map((operation, index) => {
    try {
      const entityRequest = entityRequestOf(context, operation)
      const prepared = prepareWrite(service.store, entityRequest, grant)
      const { pk, rk } = prepared.write
      group ??= `${prepared.table}/${pk}`
      if (group !== `${prepared.table}/${pk}`) throw refusals.differentPartitions()
      if (rows.has(rk)) throw duplicateRow(rk)
      rows.add(rk)
      return applyPrepared(service, entityRequest, prepared)
    } catch (error) {
      throw error instanceof TablesError ? new BatchFailure(index, error) : error
    }
  })
}

function entityRequestOf(context: BatchContext, operation: BatchOperation): EntityRequest {
  const { account, resource, query } = parseTarget(operation.target)
  if (account !== context.account) throw invalidInput('An operation is for another account than the batch.')
  if (resource.kind !== 'entities' && resource.kind !== 'entity') throw refusals.notImplemented()
  if (operation.method === 'GET') throw refusals.notImplemented()
  const { base } = context
  const { method, headers, body } = operation
  return { account, base, resource, query, method, headers, body }
}

const partHead = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
const spelled: Record<string, string> = {
  etag: 'ETag',
  location: 'Location',
  dataserviceid: 'DataServiceId',
  'preference-applied': 'Preference-Applied',
  'content-type': 'Content-Type',
}

function successPart({ contentId }: BatchOperation, answer: TablesAnswer | undefined): string {
  const { status, headers, body } = answer ?? { status: 500, headers: [], body: '' }
  let text = `${partHead}HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  if (contentId !== undefined) text += `Content-ID: ${contentId}\r\n`
  text += 'X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nDataServiceVersion: 3.0;\r\n'
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    text += `${spelled[name] ?? name}: ${headers[i + 1]}\r\n`
  }
  return `${text}\r\n${body}\r\n`
}

function failurePart({ requestId, now }: BatchContext, { index, refusal }: BatchFailure): string {
  const body = errorBody(refusal, requestId, now, index)
  return `${partHead}HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nDataServiceVersion: 3.0;\r\nContent-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8\r\n\r\n${body}\r\n`
}

function multipart(id: string, parts: readonly string[]): TablesAnswer {
  const batch = `batchresponse_${id}`
  const changeset = `changesetresponse_${id}`
  let body = `--${batch}\r\nContent-Type: multipart/mixed; boundary=${changeset}\r\n\r\n`
  for (const part of parts) body += `--${changeset}\r\n${part}`
  body += `--${changeset}--\r\n--${batch}--\r\n`
  return { status: 202, headers: ['content-type', `multipart/mixed; boundary=${batch}`], body }
}
