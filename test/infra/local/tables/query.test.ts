import { expect, test } from 'vitest'
import { queryEntities } from '../../../../infra/local/tables/query.ts'
import { TableStore } from '../../../../infra/local/tables/storage/store.ts'

test('a scan that finds little ends its page early and continues to the end', () => {
  const store = new TableStore(':memory:')
  store.createTable('account', 'things')
  const table = store.tableId('account', 'things') ?? -1
  const row = (i: number) => ({ pk: 'p', rk: String(i).padStart(6, '0'), stamp: '', body: `{"n":${i}}` })
  store.transaction(() => {
    for (let i = 0; i < 20_010; i++) store.insert(table, row(i))
  })
  const query = new URLSearchParams({ $filter: "PartitionKey eq 'p' and n eq 20005" })
  const first = queryEntities(store, table, query, undefined)
  expect(first).toEqual({ items: [], next: expect.objectContaining({ rk: '020000' }) })
  query.set('NextPartitionKey', '1!1!cA')
  query.set('NextRowKey', `1!6!${Buffer.from('020000').toString('base64url')}`)
  const second = queryEntities(store, table, query, undefined)
  expect(second).toEqual({ items: [expect.objectContaining({ rk: '020005' })], next: undefined })
  store.close()
})
