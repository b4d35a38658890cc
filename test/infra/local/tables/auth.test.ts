import { createHmac } from 'node:crypto'
import {
  AzureSASCredential,
  generateAccountSas,
  generateTableSas,
  AzureNamedKeyCredential,
  TableClient,
} from '@azure/data-tables'
import { describe, expect, test } from 'vitest'
import { account, credential, insecure, refusalOf, startedTable } from './setup.ts'

const entity = { partitionKey: 'p', rowKey: 'r' }
const read = { query: true }

function withSas(url: string, table: string, sas: string): TableClient {
  return new TableClient(`${url}/${account.name}`, table, new AzureSASCredential(sas), insecure)
}

describe('credentials', () => {
  test('a connection string opens the account', async () => {
    const { service, client } = await startedTable()
    await client.createEntity(entity)
    const endpoint = `TableEndpoint=${service.url}/${account.name};`
    const text = `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${account.key};${endpoint}`
    const other = TableClient.fromConnectionString(text, 'things', { allowInsecureConnection: true })
    expect(await other.getEntity('p', 'r')).toMatchObject(entity)
  })

  test('another key is refused', async () => {
    const { service } = await startedTable()
    const wrong = new AzureNamedKeyCredential(account.name, Buffer.from('other').toString('base64'))
    const client = new TableClient(`${service.url}/${account.name}`, 'things', wrong, insecure)
    expect(await refusalOf(client.getEntity('p', 'r'))).toMatchObject({
      status: 403,
      code: 'AuthenticationFailed',
    })
  })

  test('no credentials are refused, batches too', async () => {
    const { service } = await startedTable()
    const base = `${service.url}/${account.name}`
    for (const [path, method] of [
      ['things()', 'GET'],
      ['Tables', 'POST'],
      ['$batch', 'POST'],
    ] as const) {
      const answer = await fetch(`${base}/${path}`, { method })
      expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([
        401,
        'NoAuthenticationInformation',
      ])
    }
  })

  test('an unknown account is refused', async () => {
    const { service } = await startedTable()
    const client = new TableClient(`${service.url}/nobody`, 'things', credential, insecure)
    expect(await refusalOf(client.getEntity('p', 'r'))).toMatchObject({ status: 404 })
  })

  test('SharedKey signs method and content type', async () => {
    const { service, client } = await startedTable()
    await client.createEntity(entity)
    const path = `/${account.name}/things()`
    const date = new Date().toUTCString()
    const signed = (method: string) => {
      const text = `${method}\n\n\n${date}\n/${account.name}${path}`
      return createHmac('sha256', Buffer.from(account.key, 'base64')).update(text).digest('base64')
    }
    const get = (signature: string) =>
      fetch(`${service.url}${path}`, {
        headers: { 'x-ms-date': date, authorization: `SharedKey ${account.name}:${signature}` },
      })
    expect((await get(signed('GET'))).status).toBe(200)
    expect((await get(signed('POST'))).status).toBe(403)
  })
})

describe('a table SAS', () => {
  test('allows what it names and nothing else', async () => {
    const { service, client } = await startedTable()
    await client.createEntity(entity)
    const reader = withSas(
      service.url,
      'things',
      generateTableSas('things', credential, { permissions: read }),
    )
    expect(await reader.getEntity('p', 'r')).toMatchObject(entity)
    const mismatch = { status: 403, code: 'AuthorizationPermissionMismatch' }
    expect(await refusalOf(reader.upsertEntity(entity))).toMatchObject(mismatch)
    expect(await refusalOf(reader.deleteEntity('p', 'r'))).toMatchObject(mismatch)
    expect(await refusalOf(reader.submitTransaction([['delete', entity]]))).toMatchObject(mismatch)
  })

  test('is refused for another table, changed, or out of its time', async () => {
    const { service } = await startedTable()
    const sas = generateTableSas('things', credential, { permissions: read })
    const expired = generateTableSas('things', credential, { permissions: read, expiresOn: new Date(1) })
    const future = generateTableSas('things', credential, { permissions: read, startsOn: new Date(4e12) })
    for (const client of [
      withSas(service.url, 'others', sas),
      withSas(service.url, 'things', sas.replace('sp=r', 'sp=raud')),
      withSas(service.url, 'things', expired),
      withSas(service.url, 'things', future),
    ]) {
      expect(await refusalOf(client.getEntity('p', 'r'))).toMatchObject({
        status: 403,
        code: 'AuthenticationFailed',
      })
    }
  })

  test('with key bounds shows only what lies within', async () => {
    const { service, client } = await startedTable()
    for (const rowKey of ['1', '2', '3']) await client.createEntity({ partitionKey: 'p', rowKey })
    const bounds = { startPartitionKey: 'p', startRowKey: '2', endPartitionKey: 'p', endRowKey: '2' }
    const sas = generateTableSas('things', credential, { permissions: read, ...bounds })
    const bounded = withSas(service.url, 'things', sas)
    const rows: unknown[] = []
    for await (const row of bounded.listEntities()) rows.push(row.rowKey)
    expect(rows).toEqual(['2'])
    expect(await refusalOf(bounded.getEntity('p', '1'))).toMatchObject({
      status: 403,
      code: 'AuthorizationFailure',
    })
  })
})

describe('an account SAS', () => {
  test('allows by permission and resource type', async () => {
    const { service } = await startedTable()
    const sas = (resourceTypes: string) =>
      generateAccountSas(credential, { permissions: { query: true, add: true }, resourceTypes })
    const objects = withSas(service.url, 'things', sas('o'))
    await objects.createEntity(entity)
    expect(await objects.getEntity('p', 'r')).toMatchObject(entity)
    const containers = withSas(service.url, 'things', sas('c'))
    expect(await refusalOf(containers.getEntity('p', 'r'))).toMatchObject({
      status: 403,
      code: 'AuthorizationResourceTypeMismatch',
    })
  })
})
