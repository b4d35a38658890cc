import type { TableClient, TransactionAction, UpdateMode } from '@azure/data-tables'
import * as fc from 'fast-check'
import type { Literal } from '../../../../infra/local/tables/odata/ast.ts'
import { comparisonOf, filtersOf, printed } from './odata/filters.ts'
import { type Refusal, refusalIn } from './setup.ts'

type Keys = { readonly partitionKey: string; readonly rowKey: string }
type Entity = Keys & Record<string, unknown>
/** Which ETag an operation sends. */
type Tag = 'any' | 'current' | 'stale' | 'malformed'

/** An operation that can be run against any Tables service. */
export type Operation =
  | { readonly kind: 'create' | 'upsertReplace' | 'upsertMerge'; readonly entity: Entity }
  | { readonly kind: 'replace' | 'merge'; readonly entity: Entity; readonly tag: Tag }
  | { readonly kind: 'delete'; readonly keys: Keys; readonly tag: Tag }
  | { readonly kind: 'get'; readonly keys: Keys; readonly select: string[] | undefined }
  | { readonly kind: 'query'; readonly filter: string | undefined; readonly top: number }
  | { readonly kind: 'transaction'; readonly actions: readonly TransactionAction[] }

const partitionKey = fc.constantFrom('a', "b'é", 'c d+%')
const rowKey = fc.constantFrom('1', '2', "3'(,)", '4=&é', '')
const keys = fc.record({ partitionKey, rowKey })
const guids = fc.constantFrom('0f1c9f6e-1111-4222-8333-444455556666', 'ffffffff-1111-4222-8333-444455556666')
const dates = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-06-01T12:34:56.789Z',
  '1999-12-31T23:59:59.999Z',
)
const strings = fc.constantFrom('', 'a', "it's", 'é "quoted" \\ {b}', 'line\r\nbreak', '2.0,')
const int64 = fc.constantFrom('0', '7', '-12', '9007199254740993', '9223372036854775807')
const doubles = fc.constantFrom(0.5, -1.25, 2, 1e300, 'NaN', 'Infinity')

const properties = fc.record(
  {
    str: strings,
    num: fc.integer({ min: -3, max: 3 }),
    dbl: doubles.map((value) => ({ type: 'Double', value: String(value) })),
    big: int64.map((value) => ({ type: 'Int64', value })),
    flag: fc.boolean(),
    at: dates.map((value) => ({ type: 'DateTime', value })),
    id: guids.map((value) => ({ type: 'Guid', value })),
    bin: fc.uint8Array({ maxLength: 5 }),
    gone: fc.constant(null),
  },
  { requiredKeys: [] },
)
export const entities = fc.tuple(keys, properties).map(([key, own]): Entity => ({ ...own, ...key }))
const tag = fc.constantFrom<Tag>('any', 'any', 'current', 'current', 'stale', 'malformed')

const of = (type: Literal['type'], values: fc.Arbitrary<Literal['value']>) =>
  values.map((value): Literal => ({ type, value }))
const equality = (property: string, literal: fc.Arbitrary<Literal>) =>
  comparisonOf(property, literal).filter((leaf) => leaf.kind === 'compare' && ['eq', 'ne'].includes(leaf.op))
export const filters = filtersOf(
  fc.oneof(
    comparisonOf('PartitionKey', of('Edm.String', partitionKey)),
    comparisonOf('RowKey', of('Edm.String', rowKey)),
    comparisonOf('str', of('Edm.String', strings)),
    comparisonOf('num', of('Edm.Int32', fc.integer({ min: -3, max: 3 }))),
    comparisonOf('big', of('Edm.Int64', int64.map(BigInt))),
    comparisonOf('at', of('Edm.DateTime', dates)),
    equality('flag', of('Edm.Boolean', fc.boolean())),
    equality('id', of('Edm.Guid', guids)),
  ),
).map(printed)

const action = fc.oneof(
  entities.map((value): TransactionAction => ['create', value]),
  fc
    .tuple(entities, fc.constantFrom<UpdateMode>('Merge', 'Replace'))
    .map(([value, mode]): TransactionAction => ['upsert', value, mode]),
  fc
    .tuple(entities, fc.constantFrom<UpdateMode>('Merge', 'Replace'))
    .map(([value, mode]): TransactionAction => ['update', value, mode]),
  keys.map((value): TransactionAction => ['delete', value]),
)
// The SDK refuses mixed partitions itself, so one partition is put into all.
const transaction = fc
  .tuple(partitionKey, fc.array(action, { minLength: 1, maxLength: 4 }))
  .map(([partition, actions]) => actions.map((one) => inPartition(one, partition)))

function inPartition(one: TransactionAction, partition: string): TransactionAction {
  return one.with(1, { ...(one[1] as Entity), partitionKey: partition }) as TransactionAction
}

export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('create', 'upsertReplace', 'upsertMerge'), entity: entities }),
    fc.record({ kind: fc.constantFrom('replace', 'merge'), entity: entities, tag }),
    fc.record({ kind: fc.constant('delete'), keys, tag }),
    fc.record({
      kind: fc.constant('get'),
      keys,
      select: fc.option(fc.constant(['rowKey']), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant('query'),
      filter: fc.option(filters, { nil: undefined }),
      top: fc.constantFrom(1, 2, 3, 1000),
    }),
    fc.record({ kind: fc.constant('transaction'), actions: transaction }),
  ) as fc.Arbitrary<Operation>,
  { minLength: 3, maxLength: 25 },
)

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Runs an operation; what it answered, without what may differ between two services: times, ids, ETags. */
export async function outcomeOf(client: TableClient, operation: Operation): Promise<Outcome> {
  try {
    return { kind: 'answered', answer: withoutVariables(await run(client, operation)) }
  } catch (error) {
    return { kind: 'refused', refusal: refusalIn(error) }
  }
}

async function run(client: TableClient, operation: Operation): Promise<unknown> {
  const raw = { disableTypeConversion: true }
  switch (operation.kind) {
    case 'create':
      await client.createEntity(operation.entity)
      return 'created'
    case 'upsertReplace':
    case 'upsertMerge':
      await client.upsertEntity(operation.entity, operation.kind === 'upsertMerge' ? 'Merge' : 'Replace')
      return 'upserted'
    case 'replace':
    case 'merge': {
      const etag = await etagFor(client, operation.entity, operation.tag)
      await client.updateEntity(operation.entity, operation.kind === 'merge' ? 'Merge' : 'Replace', { etag })
      return 'updated'
    }
    case 'delete': {
      const { partitionKey, rowKey } = operation.keys
      await client.deleteEntity(partitionKey, rowKey, {
        etag: await etagFor(client, operation.keys, operation.tag),
      })
      return 'deleted'
    }
    case 'get': {
      const { partitionKey, rowKey } = operation.keys
      const queryOptions = operation.select === undefined ? {} : { select: operation.select }
      return client.getEntity(partitionKey, rowKey, { ...raw, queryOptions })
    }
    case 'query': {
      const queryOptions = operation.filter === undefined ? {} : { filter: operation.filter }
      const pages: unknown[] = []
      for await (const page of client
        .listEntities({ ...raw, queryOptions })
        .byPage({ maxPageSize: operation.top })) {
        pages.push([...page])
      }
      return pages
    }
    case 'transaction': {
      const { subResponses } = await client.submitTransaction([...operation.actions])
      return subResponses.map(({ status }) => status)
    }
  }
}

async function etagFor(client: TableClient, { partitionKey, rowKey }: Keys, tag: Tag): Promise<string> {
  switch (tag) {
    case 'any':
      return '*'
    case 'malformed':
      return 'no-etag'
    case 'stale':
      return `W/"datetime'2001-01-01T00%3A00%3A00.0000000Z'"`
    case 'current':
      return (await client.getEntity(partitionKey, rowKey)).etag
  }
}

const variable: ReadonlySet<string> = new Set(['etag', 'timestamp', 'odata.metadata'])

function withoutVariables(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutVariables)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !variable.has(name)))
}
