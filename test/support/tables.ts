import type { TableClient } from '@azure/data-tables'
import { connectTables, createTables, type Tables } from '../../functions/adapters/tables/connect.ts'
import { startTablesService } from '../../infra/local/tables/service.ts'
import { startFaultyProxy, type FaultyProxy } from './faultyProxy.ts'

const account = { name: 'atlas', key: Buffer.from('a key for tests').toString('base64') }

const connectionString = (url: string): string =>
  `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${account.key};TableEndpoint=${url}/${account.name};`

export interface TablesRig {
  /** Straight to the service. */
  readonly tables: Tables
  /** Through the proxy. */
  readonly through: Tables
  readonly proxy: FaultyProxy
  close(): Promise<void>
}

/** The embedded Tables service with ATLAS's tables, kept in memory, and a proxy before it that breaks things. */
export async function startTables(): Promise<TablesRig> {
  const service = await startTablesService({
    dataFile: ':memory:',
    port: 0,
    accounts: [account],
    now: Date.now,
  })
  const proxy = await startFaultyProxy(service.url)
  const tables = connectTables(connectionString(service.url))
  await createTables(tables)
  return {
    tables,
    through: connectTables(connectionString(proxy.url)),
    proxy,
    async close() {
      await proxy.close()
      await service.close()
    },
  }
}

/** Every stored row of a partition by its row key, as the service has it. */
export async function storedRows(table: TableClient, partition: string): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>()
  for await (const entity of table.listEntities({
    queryOptions: { filter: `PartitionKey eq '${partition}'` },
  })) {
    const { data } = entity
    rows.set(String(entity.rowKey), typeof data === 'string' ? JSON.parse(data) : data)
  }
  return rows
}
