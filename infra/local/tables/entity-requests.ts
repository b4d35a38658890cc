import { type Grant, needs } from './auth/grant.ts'
import { refusals } from './errors.ts'
import { json, noContent } from './protocol/answers.ts'
import { type EntityFrame, entityJson, entityPath, metadataOf } from './protocol/metadata.ts'
import { headerOf, type Resource, type TablesAnswer, type TablesRequest } from './protocol/request.ts'
import { encodeKey, queryEntities, selectOf } from './query.ts'
import { etagOf, type WriteStamps } from './storage/etag.ts'
import type { TableStore } from './storage/store.ts'
import { applyWrite, deleteOf, insertOf, updateOf, type Write } from './writes.ts'

/** One request (or one operation of a batch) about entities. */
export type EntityRequest = {
  readonly account: string
  /** `http://host/account`. */
  readonly base: string
  readonly resource: Extract<Resource, { kind: 'entities' | 'entity' }>
  readonly method: string
  readonly headers: TablesRequest['headers']
  readonly query: URLSearchParams
  readonly body: string
}

export type Service = { readonly store: TableStore; readonly stamps: WriteStamps }

/** A change, checked but not applied; `table` is its number. */
export type PreparedWrite = { readonly table: number; readonly write: Write }

/** Answers a read or a change of entities; throws TablesError. */
export function answerEntityRequest(service: Service, request: EntityRequest, grant: Grant): TablesAnswer {
  if (request.method !== 'GET') {
    const prepared = prepareWrite(service.store, request, grant)
    return applyPrepared(service, request, prepared)
  }
  grant.require(needs.read, request.resource.table)
  const table = existing(service.store, request)
  const frame = frameOf(request, selectOf(request.query))
  if (request.resource.kind === 'entities') return entityPage(service.store, table, request, frame, grant)
  const { pk, rk } = request.resource
  grant.requireKeys(pk, rk)
  const entity = service.store.get(table, pk, rk)
  if (entity === undefined) throw refusals.resourceMissing()
  return json(200, frame.level, entityJson(frame, entity, true), ['etag', etagOf(entity.stamp)])
}

/** Checks a change against grant, limits and the existence of its table. */
export function prepareWrite(store: TableStore, request: EntityRequest, grant: Grant): PreparedWrite {
  const write = writeOf(request)
  grant.require(needOf(write), request.resource.table)
  grant.requireKeys(write.pk, write.rk)
  return { table: existing(store, request), write }
}

/** Applies a prepared change and answers as Azure does. */
export function applyPrepared(
  service: Service,
  request: EntityRequest,
  prepared: PreparedWrite,
): TablesAnswer {
  const { table, write } = prepared
  const stamp = applyWrite(service.store, table, write, service.stamps)
  if (stamp === undefined) return noContent()
  if (write.kind !== 'insert') return noContent(['etag', etagOf(stamp)])
  const location = `${request.base}/${entityPath(request.resource.table, write.pk, write.rk)}`
  const headers = ['etag', etagOf(stamp), 'location', location]
  if (headerOf(request.headers, 'prefer') === 'return-no-content') {
    return noContent([...headers, 'preference-applied', 'return-no-content', 'dataserviceid', location])
  }
  const entity = service.store.get(table, write.pk, write.rk)
  if (entity === undefined) throw refusals.resourceMissing()
  const frame = frameOf(request, undefined)
  return json(201, frame.level, entityJson(frame, entity, true), [
    ...headers,
    'preference-applied',
    'return-content',
  ])
}

function writeOf({ resource, method, headers, body }: EntityRequest): Write {
  if (resource.kind === 'entities') {
    if (method === 'POST') return insertOf(body)
    throw refusals.methodNotAllowed()
  }
  const ifMatch = headerOf(headers, 'if-match')
  switch (method) {
    case 'PUT':
      return updateOf('replace', resource.pk, resource.rk, body, ifMatch)
    case 'PATCH':
    case 'MERGE':
      return updateOf('merge', resource.pk, resource.rk, body, ifMatch)
    case 'DELETE':
      return deleteOf(resource.pk, resource.rk, ifMatch)
    default:
      throw refusals.methodNotAllowed()
  }
}

function needOf(write: Write) {
  switch (write.kind) {
    case 'insert':
      return needs.insert
    case 'delete':
      return needs.delete
    default:
      return write.ifMatch === undefined ? needs.upsert : needs.update
  }
}

function entityPage(
  store: TableStore,
  table: number,
  request: EntityRequest,
  frame: EntityFrame,
  grant: Grant,
): TablesAnswer {
  const { items, next } = queryEntities(store, table, request.query, grant.window)
  const context =
    frame.level === 'none'
      ? ''
      : `"odata.metadata":${JSON.stringify(`${frame.base}/$metadata#${frame.table}`)},`
  const values = items.map((entity) => entityJson(frame, entity, false)).join(',')
  const headers =
    next === undefined
      ? []
      : [
          'x-ms-continuation-NextPartitionKey',
          encodeKey(next.pk),
          'x-ms-continuation-NextRowKey',
          encodeKey(next.rk),
        ]
  return json(200, frame.level, `{${context}"value":[${values}]}`, headers)
}

function existing(store: TableStore, { account, resource }: EntityRequest): number {
  const table = store.tableId(account, resource.table)
  if (table === undefined) throw refusals.tableMissing()
  return table
}

function frameOf(request: EntityRequest, only: ReadonlySet<string> | undefined): EntityFrame {
  const { account, base, resource, headers, query } = request
  const level = metadataOf(query.get('$format') ?? headerOf(headers, 'accept'))
  return { level, base, account, table: resource.table, only }
}
