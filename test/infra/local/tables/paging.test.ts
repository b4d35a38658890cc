import type { TransactionAction } from '@azure/data-tables'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collected, refusedWith, serviceClient, signedFetch, startedService, startedTable } from './setup.ts'

describe('paging', () => {
  test('gives every entity once and in key order, whatever the page size', async () => {
    const { client } = await startedTable()
    const keys = ['a', 'b', "c'é", 'd %/'.replace('/', '|')].flatMap((pk) =>
      Array.from({ length: 7 }, (_, i) => [pk, `r ${i}`] as const),
    )
    for (const [partitionKey, rowKey] of keys)
      await client.createEntity({ partitionKey, rowKey, n: rowKey.length })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (maxPageSize) => {
        const pages = await collected(client.listEntities().byPage({ maxPageSize }))
        expect(pages.slice(0, -1).every((page) => page.length === maxPageSize)).toBe(true)
        expect(pages.flat().map((row) => [row.partitionKey, row.rowKey])).toEqual(keys)
      }),
      { numRuns: 15 },
    )
  })

  test('ends a page at 1,000 entities', async () => {
    const { client } = await startedTable()
    for (let from = 0; from < 1_100; from += 100) {
      const rows = Array.from({ length: 100 }, (_, i): TransactionAction => {
        return ['create', { partitionKey: 'p', rowKey: String(from + i).padStart(5, '0') }]
      })
      await client.submitTransaction(rows)
    }
    const pages = await collected(client.listEntities().byPage())
    expect(pages.map((page) => page.length)).toEqual([1_000, 100])
  })

  test('a page continues where it ended although rows came and went', async () => {
    const { client } = await startedTable()
    for (const rowKey of ['1', '2', '3', '4']) await client.createEntity({ partitionKey: 'p', rowKey })
    const pages = client.listEntities().byPage({ maxPageSize: 2 })
    const first = await pages.next()
    await client.deleteEntity('p', '3')
    await client.createEntity({ partitionKey: 'p', rowKey: '1b' })
    const second = await pages.next()
    const rows = [first, second].map((page) => (page.value as { rowKey?: string }[]).map((row) => row.rowKey))
    expect(rows).toEqual([['1', '2'], ['4']])
  })

  test.each(['0', '1001', '-1', 'x'])('refuses $top=%s', async (top) => {
    const { service } = await startedTable()
    const answer = refusedWith(signedFetch(service.url, `things()?$top=${top}`))
    expect(await answer).toEqual({ status: 400, code: 'InvalidInput' })
  })

  test('lists tables by name, in pages and filtered', async () => {
    const { url } = await startedService()
    const tables = serviceClient(url)
    for (const name of ['gamma', 'Alpha', 'beta']) await tables.createTable(name)
    const pages = await collected(tables.listTables().byPage({ maxPageSize: 2 }))
    expect(pages.map((page) => page.map((table) => table.name))).toEqual([['Alpha', 'beta'], ['gamma']])
    const filtered = await collected(tables.listTables({ queryOptions: { filter: "TableName eq 'beta'" } }))
    expect(filtered.map((table) => table.name)).toEqual(['beta'])
  })
})
