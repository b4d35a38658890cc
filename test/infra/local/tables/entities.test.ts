import { describe, expect, test } from 'vitest'
import { collected, refusalOf, refusedWith, signedFetch, startedTable } from './setup.ts'

const keys = { partitionKey: 'p', rowKey: 'r' }
const typed = {
  int: { type: 'Int32', value: '7' },
  whole: { type: 'Double', value: '2' },
  nan: { type: 'Double', value: 'NaN' },
  long: { type: 'Int64', value: '9007199254740993' },
  at: { type: 'DateTime', value: '2026-05-01T10:00:00.1234567Z' },
  id: { type: 'Guid', value: '0f1c9f6e-1111-4222-8333-444455556666' },
  bytes: { type: 'Binary', value: 'AQI=' },
  flag: { type: 'Boolean', value: 'true' },
  text: { type: 'String', value: "it's é" },
}

describe('an entity', () => {
  test('keeps the type of each property, over merges too', async () => {
    const { client } = await startedTable()
    await client.createEntity({ ...keys, ...typed })
    await client.updateEntity({ ...keys, more: 1 }, 'Merge')
    const stored = await client.getEntity('p', 'r', { disableTypeConversion: true })
    // The SDK can't tell 2.0 from 2; the raw answer below can.
    expect(stored).toMatchObject({ ...typed, whole: { value: '2' }, more: { type: 'Int32', value: '1' } })
  })

  test('is annotated as the metadata level asks', async () => {
    const { service, client } = await startedTable()
    await client.createEntity({ ...keys, ...typed })
    const text = async (level: string) => {
      const accept = `application/json;odata=${level}`
      const answer = await signedFetch(service.url, "things(PartitionKey='p',RowKey='r')", {
        headers: { accept },
      })
      expect(answer.headers.get('content-type')).toContain(accept)
      return answer.text()
    }
    const members = async (level: string) => JSON.parse(await text(level)) as Record<string, unknown>
    expect(await text('minimalmetadata')).toContain('"whole":2.0')
    const none = await members('nometadata')
    expect(Object.keys(none).filter((name) => name.includes('odata'))).toEqual([])
    expect(none).toMatchObject({ PartitionKey: 'p', RowKey: 'r', long: '9007199254740993', whole: 2 })
    expect(await members('minimalmetadata')).toMatchObject({
      'long@odata.type': 'Edm.Int64',
      'odata.etag': expect.stringMatching(/^W\/"datetime'/),
    })
    expect(await members('fullmetadata')).toMatchObject({
      'odata.type': 'testaccount.things',
      'odata.editLink': "things(PartitionKey='p',RowKey='r')",
      'Timestamp@odata.type': 'Edm.DateTime',
      'at@odata.type': 'Edm.DateTime',
    })
  })

  test('answers null for a selected property that it lacks', async () => {
    const { client } = await startedTable()
    await client.createEntity({ ...keys, a: 1, b: 2 })
    const found = await client.getEntity('p', 'r', { queryOptions: { select: ['a', 'absent', 'rowKey'] } })
    expect(found).toMatchObject({ a: 1, absent: null, rowKey: 'r' })
    expect(found).not.toHaveProperty('b')
    expect(found).not.toHaveProperty('partitionKey')
  })

  test('is answered whole after an insert that prefers content', async () => {
    const { service } = await startedTable()
    const insert = (prefer: string, rowKey: string) =>
      signedFetch(service.url, 'things', {
        method: 'POST',
        headers: { prefer, accept: 'application/json;odata=nometadata' },
        body: JSON.stringify({ PartitionKey: 'p', RowKey: rowKey, n: 1 }),
      })
    const whole = await insert('return-content', '1')
    expect([whole.status, await whole.json()]).toEqual([201, expect.objectContaining({ RowKey: '1', n: 1 })])
    const silent = await insert('return-no-content', '2')
    expect([silent.status, await silent.text()]).toEqual([204, ''])
    expect(silent.headers.get('preference-applied')).toBe('return-no-content')
  })
})

describe('ETags', () => {
  test('a change wins once; the second writer with the old ETag is refused', async () => {
    const { client } = await startedTable()
    await client.createEntity({ ...keys, n: 0 })
    const { etag } = await client.getEntity('p', 'r')
    const first = await client.updateEntity({ ...keys, n: 1 }, 'Replace', { etag })
    const conflict = { status: 412, code: 'UpdateConditionNotSatisfied' }
    expect(await refusalOf(client.updateEntity({ ...keys, n: 2 }, 'Replace', { etag }))).toMatchObject(
      conflict,
    )
    expect(await refusalOf(client.updateEntity({ ...keys, n: 2 }, 'Merge', { etag }))).toMatchObject(conflict)
    expect(await refusalOf(client.deleteEntity('p', 'r', { etag }))).toMatchObject(conflict)
    expect(await client.getEntity('p', 'r')).toMatchObject({ n: 1, etag: first.etag })
    await client.deleteEntity('p', 'r', { etag: first.etag ?? '' })
    expect(await collected(client.listEntities())).toEqual([])
  })

  test('of parallel changes with the same ETag exactly one succeeds', async () => {
    const { client } = await startedTable()
    await client.createEntity({ ...keys, n: 0 })
    const { etag } = await client.getEntity('p', 'r')
    const attempts = [1, 2, 3, 4, 5, 6].map((n) => client.updateEntity({ ...keys, n }, 'Merge', { etag }))
    const results = await Promise.allSettled(attempts)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('a delete without If-Match is refused', async () => {
    const { service, client } = await startedTable()
    await client.createEntity(keys)
    const answer = signedFetch(service.url, "things(PartitionKey='p',RowKey='r')", { method: 'DELETE' })
    expect(await refusedWith(answer)).toEqual({ status: 400, code: 'MissingRequiredHeader' })
  })
})

describe('limits', () => {
  test.each(['a/b', 'a\\b', 'a#b', 'a?b', 'a\tb', 'a\u0085b'])('refuses the key %j', async (rowKey) => {
    const { client } = await startedTable()
    const refusal = { status: 400, code: 'OutOfRangeInput' }
    expect(await refusalOf(client.createEntity({ partitionKey: 'p', rowKey }))).toMatchObject(refusal)
    expect(await refusalOf(client.createEntity({ partitionKey: rowKey, rowKey: 'r' }))).toMatchObject(refusal)
  })

  test('takes keys of 1,024 characters and refuses one more', async () => {
    const { client } = await startedTable()
    await client.createEntity({ partitionKey: 'p', rowKey: 'x'.repeat(1_024) })
    const tooLong = client.createEntity({ partitionKey: 'p', rowKey: 'x'.repeat(1_025) })
    expect(await refusalOf(tooLong)).toMatchObject({ status: 400, code: 'PropertyValueTooLarge' })
  })

  test('takes 252 properties and refuses one more, also when merged in', async () => {
    const { client } = await startedTable()
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i]))
    await client.createEntity({ ...keys, ...many(252) })
    const refusal = { status: 400, code: 'TooManyProperties' }
    expect(await refusalOf(client.upsertEntity({ ...keys, ...many(253) }, 'Replace'))).toMatchObject(refusal)
    expect(await refusalOf(client.updateEntity({ ...keys, another: 1 }, 'Merge'))).toMatchObject(refusal)
  })

  test('takes 64 KiB of text and refuses more', async () => {
    const { client } = await startedTable()
    await client.createEntity({ ...keys, text: 'é'.repeat(32 * 1_024) })
    const more = client.upsertEntity({ ...keys, text: 'é'.repeat(32 * 1_024 + 1) })
    expect(await refusalOf(more)).toMatchObject({ status: 400, code: 'PropertyValueTooLarge' })
  })

  test('refuses an entity above 1 MiB', async () => {
    const { client } = await startedTable()
    const text = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 'x'.repeat(32 * 1_024)]))
    await client.createEntity({ ...keys, ...text(15) })
    const more = client.upsertEntity({ ...keys, ...text(17) })
    expect(await refusalOf(more)).toMatchObject({ status: 400, code: 'EntityTooLarge' })
  })

  test.each([
    ['an unknown type', { 'n@odata.type': 'Edm.Single', n: 1 }, 'InvalidInput'],
    ['an object', { n: {} }, 'InvalidInput'],
    ['a number beyond 64 bits', { 'n@odata.type': 'Edm.Int64', n: '9223372036854775808' }, 'InvalidInput'],
    ['a date that is none', { 'n@odata.type': 'Edm.DateTime', n: '2026-02-30T25:00:00Z' }, 'InvalidInput'],
    ['a malformed GUID', { 'n@odata.type': 'Edm.Guid', n: 'x' }, 'InvalidInput'],
    ['a malformed name', { 'no-name': 1 }, 'PropertyNameInvalid'],
    ['a name that is too long', { [`n${'x'.repeat(255)}`]: 1 }, 'PropertyNameTooLong'],
  ])('refuses %s', async (_what, properties, code) => {
    const { service } = await startedTable()
    const body = JSON.stringify({ PartitionKey: 'p', RowKey: 'r', ...properties })
    expect(await refusedWith(signedFetch(service.url, 'things', { method: 'POST', body }))).toEqual({
      status: 400,
      code,
    })
  })

  test.each(['', 'no json', '[]', 'null', '{"RowKey":"r"}', '{"PartitionKey":1,"RowKey":"r"}'])(
    'refuses the body %j without falling',
    async (body) => {
      const { service, client } = await startedTable()
      const { status } = await refusedWith(signedFetch(service.url, 'things', { method: 'POST', body }))
      expect(status).toBe(400)
      expect(await collected(client.listEntities())).toEqual([])
    },
  )
})
