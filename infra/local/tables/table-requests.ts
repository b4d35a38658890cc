import { type Grant, needs } from './auth/grant.ts'
import { invalidInput, refusals } from './errors.ts'
import { json, noContent } from './protocol/answers.ts'
import { type Metadata, metadataOf } from './protocol/metadata.ts'
import { headerOf, type TablesAnswer, type TablesRequest } from './protocol/request.ts'
import { queryTables } from './query.ts'
import type { TableStore } from './storage/store.ts'

const nameForm = /^[A-Za-z][A-Za-z0-9]{2,62}$/

/** `POST Tables`: creates a table. */
export function createTable(
  store: TableStore,
  account: string,
  base: string,
  request: TablesRequest,
  grant: Grant,
): TablesAnswer {
  grant.require(needs.createTable, undefined)
  const name = sentName(request.body)
  checkName(name)
  if (!store.createTable(account, name)) throw refusals.tableExists()
  if (headerOf(request.headers, 'prefer') === 'return-no-content') {
    return noContent(['preference-applied', 'return-no-content'])
  }
  const level = metadataOf(headerOf(request.headers, 'accept'))
  const context =
    level === 'none' ? '' : `"odata.metadata":${JSON.stringify(`${base}/$metadata#Tables/@Element`)},`
  return json(201, level, `{${context}${tableMembers(level, account, base, name)}}`, [
    'preference-applied',
    'return-content',
  ])
}

/** `DELETE Tables('name')`: deletes a table with its entities. */
export function deleteTable(store: TableStore, account: string, name: string, grant: Grant): TablesAnswer {
  grant.require(needs.deleteTable, name)
  if (!store.deleteTable(account, name)) throw refusals.resourceMissing()
  return noContent()
}

/** `GET Tables`: a page of tables. */
export function listTables(
  store: TableStore,
  account: string,
  base: string,
  request: TablesRequest,
  query: URLSearchParams,
  grant: Grant,
): TablesAnswer {
  grant.require(needs.listTables, undefined)
  const level = metadataOf(query.get('$format') ?? headerOf(request.headers, 'accept'))
  const { items, next } = queryTables(store.tableNames(account, query.get('NextTableName') ?? ''), query)
  const context = level === 'none' ? '' : `"odata.metadata":${JSON.stringify(`${base}/$metadata#Tables`)},`
  const values = items.map((name) => `{${tableMembers(level, account, base, name)}}`).join(',')
  const headers = next === undefined ? [] : ['x-ms-continuation-NextTableName', next]
  return json(200, level, `{${context}"value":[${values}]}`, headers)
}

function tableMembers(level: Metadata, account: string, base: string, name: string): string {
  const links =
    level === 'full'
      ? {
          'odata.type': `${account}.Tables`,
          'odata.id': `${base}/Tables('${name}')`,
          'odata.editLink': `Tables('${name}')`,
        }
      : {}
  return JSON.stringify({ ...links, TableName: name }).slice(1, -1)
}

function sentName(body: string): string {
  try {
    const name = (JSON.parse(body) as { TableName?: unknown } | null)?.TableName
    if (typeof name === 'string') return name
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw invalidInput('The body names no table (TableName).')
}

// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#table-names
function checkName(name: string): void {
  if (name.length < 3 || name.length > 63) throw refusals.tableNameLength()
  if (!nameForm.test(name) || name.toLowerCase() === 'tables') throw refusals.tableNameCharacters()
}
