import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startTablesService } from '../../../../infra/local/tables/service.ts'
import {
  account,
  collected,
  refusalOf,
  refusedWith,
  serviceClient,
  signedFetch,
  startedService,
  startedTable,
  tableClient,
  temporaryFolder,
} from './setup.ts'

const create = (url: string, name: unknown) =>
  refusedWith(signedFetch(url, 'Tables', { method: 'POST', body: JSON.stringify({ TableName: name }) }))

describe('tables', () => {
  test('differ by more than letter case', async () => {
    const { service, client } = await startedTable()
    expect(await create(service.url, 'THINGS')).toEqual({ status: 409, code: 'TableAlreadyExists' })
    await client.createEntity({ partitionKey: 'p', rowKey: 'r' })
    expect(await tableClient(service.url, 'Things').getEntity('p', 'r')).toMatchObject({ rowKey: 'r' })
  })

  test.each([
    ['ab', 'OutOfRangeInput'],
    ['a'.repeat(64), 'OutOfRangeInput'],
    ['1table', 'InvalidResourceName'],
    ['my-table', 'InvalidResourceName'],
    ['tables', 'InvalidResourceName'],
    [7, 'InvalidInput'],
  ])('refuses the name %j', async (name, code) => {
    const { url } = await startedService()
    expect(await create(url, name)).toEqual({ status: 400, code })
  })

  test('take their entities with them when deleted', async () => {
    const { service, client } = await startedTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'r' })
    await client.deleteTable()
    expect(await refusalOf(client.getEntity('p', 'r'))).toMatchObject({ status: 404, code: 'TableNotFound' })
    await client.createTable()
    expect(await collected(client.listEntities())).toEqual([])
    const gone = signedFetch(service.url, "Tables('other')", { method: 'DELETE' })
    expect(await refusedWith(gone)).toEqual({ status: 404, code: 'ResourceNotFound' })
  })

  test('belong to their account', async () => {
    const folder = await temporaryFolder()
    const other = { name: 'other', key: account.key }
    const options = {
      dataFile: join(folder, 'tables.db'),
      port: 0,
      accounts: [account, other],
      now: Date.now,
    }
    const service = await startTablesService(options)
    await serviceClient(service.url).createTable('things')
    const names = await collected(serviceClient(service.url).listTables())
    await service.close()
    expect(names.map((table) => table.name)).toEqual(['things'])
  })
})

describe('the service', () => {
  test('finds everything again after a restart', async () => {
    const dataFile = join(await temporaryFolder(), 'tables.db')
    const options = { dataFile, port: 0, accounts: [account], now: Date.now }
    const before = await startTablesService(options)
    const client = tableClient(before.url, 'things')
    await client.createTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'r', at: new Date(5) })
    const stored = await client.getEntity('p', 'r')
    await before.close()
    const after = await startTablesService(options)
    const found = await tableClient(after.url, 'things').getEntity('p', 'r')
    await after.close()
    expect({ ...found, 'odata.metadata': '' }).toEqual({ ...stored, 'odata.metadata': '' })
  })

  test('rejects when its port is taken', async () => {
    const { port } = await startedService()
    const second = startTablesService({ dataFile: ':memory:', port, accounts: [account], now: Date.now })
    await expect(second).rejects.toThrow('EADDRINUSE')
  })

  test('rejects with the name of a file that it cannot open', async () => {
    const dataFile = join(await temporaryFolder(), 'missing', 'tables.db')
    const start = startTablesService({ dataFile, port: 0, accounts: [account], now: Date.now })
    await expect(start).rejects.toThrow(`The Tables data file ${dataFile} can't be opened`)
  })

  test('takes the time of Timestamps from its clock', async () => {
    const { url } = await startedService(() => Date.UTC(2031, 0, 2))
    const client = tableClient(url, 'things')
    await client.createTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'r' })
    expect((await client.getEntity('p', 'r')).timestamp).toMatch(/^2031-01-02T00:00:00\.000\d{4}Z$/)
  })

  test.each([
    ['PUT', 'Tables', 405, 'MethodNotAllowed'],
    ['GET', '$batch', 405, 'MethodNotAllowed'],
    ['GET', "things(PartitionKey='p')", 400, 'InvalidInput'],
    ['GET', 'things(%ZZ)', 400, 'InvalidInput'],
    ['GET', 'things()?NextPartitionKey=x', 400, 'InvalidInput'],
  ])('answers %s %s with %i', async (method, path, status, code) => {
    const { service } = await startedTable()
    expect(await refusedWith(signedFetch(service.url, path, { method }))).toEqual({ status, code })
  })
})
