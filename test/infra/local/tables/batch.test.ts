import type { TransactionAction } from '@azure/data-tables'
import { describe, expect, test } from 'vitest'
import { collected, refusalOf, startedTable } from './setup.ts'

const creates = (count: number, from = 0): TransactionAction[] =>
  Array.from({ length: count }, (_, i) => ['create', { partitionKey: 'p', rowKey: String(from + i) }])

describe('an entity-group transaction', () => {
  test('applies all its operations and answers the ETag of each', async () => {
    const { client } = await startedTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'old', n: 1 })
    const { status, subResponses } = await client.submitTransaction([
      ['create', { partitionKey: 'p', rowKey: 'new', text: 'é {"x":1}\r\n\r\n--changeset' }],
      ['upsert', { partitionKey: 'p', rowKey: 'up' }, 'Replace'],
      ['update', { partitionKey: 'p', rowKey: 'old', m: 2 }, 'Merge'],
    ])
    expect(status).toBe(202)
    expect(subResponses.map((part) => part.status)).toEqual([204, 204, 204])
    const stored = await client.getEntity('p', 'old')
    expect(stored).toMatchObject({ n: 1, m: 2, etag: subResponses[2]?.etag })
    expect(await client.getEntity('p', 'new')).toMatchObject({ text: 'é {"x":1}\r\n\r\n--changeset' })
  })

  test('undoes everything when one operation is refused, and names its index', async () => {
    const { client } = await startedTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'a', n: 1 })
    await client.createEntity({ partitionKey: 'p', rowKey: 'b', n: 1 })
    const refusal = await refusalOf(
      client.submitTransaction([
        ['update', { partitionKey: 'p', rowKey: 'a', n: 2 }, 'Replace'],
        ['delete', { partitionKey: 'p', rowKey: 'b' }],
        ['create', { partitionKey: 'p', rowKey: 'c' }],
        ['update', { partitionKey: 'p', rowKey: 'missing' }, 'Merge'],
      ]),
    )
    expect(refusal).toEqual({
      status: 404,
      code: 'ResourceNotFound',
      text: '3:The specified resource does not exist.',
    })
    const rows = await collected(client.listEntities())
    expect(rows.map(({ rowKey, n }) => [rowKey, n])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
  })

  test('refuses a stale ETag with the index of its row', async () => {
    const { client } = await startedTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'a' })
    const { etag } = await client.getEntity('p', 'a')
    await client.updateEntity({ partitionKey: 'p', rowKey: 'a', n: 1 })
    const refusal = await refusalOf(
      client.submitTransaction([
        ...creates(1),
        ['update', { partitionKey: 'p', rowKey: 'a' }, 'Merge', { etag }],
      ]),
    )
    expect(refusal).toMatchObject({ status: 412, code: 'UpdateConditionNotSatisfied' })
    expect(refusal.text).toMatch(/^1:/)
  })

  test('takes a hundred operations and refuses one more', async () => {
    const { client } = await startedTable()
    expect((await client.submitTransaction(creates(100))).subResponses).toHaveLength(100)
    const refusal = await refusalOf(client.submitTransaction(creates(101, 1_000)))
    expect(refusal).toMatchObject({ status: 400, code: 'InvalidInput' })
    expect(refusal.text).toContain('maximum 100 changes')
    expect(await collected(client.listEntities())).toHaveLength(100)
  })

  test('refuses a body above 4 MiB', async () => {
    const { client } = await startedTable()
    const text = 'x'.repeat(32 * 1024)
    const wide = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`p${i}`, text]))
    const actions = Array.from({ length: 10 }, (_, i): TransactionAction => {
      return ['create', { partitionKey: 'p', rowKey: String(i), ...wide }]
    })
    expect(await refusalOf(client.submitTransaction(actions))).toMatchObject({
      status: 413,
      code: 'RequestBodyTooLarge',
    })
    expect(await collected(client.listEntities())).toEqual([])
  })

  test('refuses the same row twice', async () => {
    const { client } = await startedTable()
    const refusal = await refusalOf(client.submitTransaction([...creates(1), ...creates(1)]))
    expect(refusal).toMatchObject({ status: 400, code: 'InvalidDuplicateRow' })
    expect(refusal.text).toMatch(/^1:/)
    expect(await collected(client.listEntities())).toEqual([])
  })
})
