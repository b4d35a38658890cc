import { refusals } from '../errors.ts'
import { readStoredProperties, renderProperties } from '../properties.ts'
import { etagOf } from '../storage/etag.ts'
import type { StoredEntity } from '../storage/store.ts'

/** @see https://learn.microsoft.com/rest/api/storageservices/payload-format-for-table-service-operations */
export type Metadata = 'none' | 'minimal' | 'full'

/** The level that `Accept` (or `$format`) asks for; throws 415 for Atom. */
export function metadataOf(accept: string | undefined): Metadata {
  if (accept === undefined) return 'minimal'
  if (accept.includes('odata=minimalmetadata')) return 'minimal'
  if (accept.includes('odata=nometadata')) return 'none'
  if (accept.includes('odata=fullmetadata')) return 'full'
  if (accept.includes('atom') && !accept.includes('json')) throw refusals.atomNotSupported()
  return 'minimal'
}

/** Content type of a JSON answer at a level. */
export function contentTypeOf(level: Metadata): string {
  return `application/json;odata=${level === 'none' ? 'nometadata' : `${level}metadata`};streaming=true;charset=utf-8`
}

/** What entities of one answer have in common. */
export type EntityFrame = {
  readonly level: Metadata
  /** `http://host/account`, for links. */
  readonly base: string
  readonly account: string
  readonly table: string
  /** `$select`, or undefined for everything. */
  readonly only: ReadonlySet<string> | undefined
}

/**
 * An entity as JSON text. `context`: the `odata.metadata` member if it stands alone. The stored body is
 * already in minimal-metadata form, so the common case is concatenation.
 */
export function entityJson(frame: EntityFrame, entity: StoredEntity, context: boolean): string {
  const { level, only } = frame
  let text = '{'
  if (level !== 'none') {
    if (context)
      text += `"odata.metadata":${JSON.stringify(`${frame.base}/$metadata#${frame.table}/@Element`)},`
    if (level === 'full') text += fullLinks(frame, entity)
    text += `"odata.etag":${JSON.stringify(etagOf(entity.stamp))},`
  }
  if (only === undefined || only.has('PartitionKey')) text += `"PartitionKey":${JSON.stringify(entity.pk)},`
  if (only === undefined || only.has('RowKey')) text += `"RowKey":${JSON.stringify(entity.rk)},`
  if (only === undefined || only.has('Timestamp')) {
    if (level === 'full') text += '"Timestamp@odata.type":"Edm.DateTime",'
    text += `"Timestamp":"${entity.stamp}",`
  }
  text += ownMembers(frame, entity)
  return `${text.endsWith(',') ? text.slice(0, -1) : text}}`
}

function ownMembers({ level, only }: EntityFrame, { body }: StoredEntity): string {
  if (level !== 'none' && only === undefined) return body.slice(1, -1)
  const properties = readStoredProperties(body)
  const present = renderProperties(properties, level !== 'none', only)
  if (only === undefined) return present
  // Azure answers null for a property that was asked for and that the entity lacks.
  const absent = [...only].filter((name) => !systemNames.has(name) && !properties.has(name))
  return [present, ...absent.map((name) => `${JSON.stringify(name)}:null`)]
    .filter((text) => text !== '')
    .join(',')
}

const systemNames: ReadonlySet<string> = new Set(['PartitionKey', 'RowKey', 'Timestamp'])

function fullLinks({ base, account, table }: EntityFrame, { pk, rk }: StoredEntity): string {
  const path = entityPath(table, pk, rk)
  const members = {
    'odata.type': `${account}.${table}`,
    'odata.id': `${base}/${path}`,
    'odata.editLink': path,
  }
  return `${JSON.stringify(members).slice(1, -1)},`
}

/** `table(PartitionKey='…',RowKey='…')`, encoded for a URL. */
export function entityPath(table: string, pk: string, rk: string): string {
  const quoted = (key: string) => encodeURIComponent(key.replaceAll("'", "''"))
  return `${table}(PartitionKey='${quoted(pk)}',RowKey='${quoted(rk)}')`
}
