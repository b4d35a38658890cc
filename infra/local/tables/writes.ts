import { invalidInput, outOfRange, refusals } from './errors.ts'
import {
  checkEntitySize,
  type Properties,
  readSentEntity,
  readStoredProperties,
  renderProperties,
} from './properties.ts'
import { isEtag, stampOf, type WriteStamps } from './storage/etag.ts'
import type { StoredEntity, TableStore } from './storage/store.ts'

/** A change of one entity; `ifMatch` undefined on `replace` and `merge` makes them upserts. */
export type Write =
  | { readonly kind: 'insert'; readonly pk: string; readonly rk: string; readonly properties: Properties }
  | {
      readonly kind: 'replace' | 'merge'
      readonly pk: string
      readonly rk: string
      readonly properties: Properties
      readonly ifMatch: string | undefined
    }
  | { readonly kind: 'delete'; readonly pk: string; readonly rk: string; readonly ifMatch: string }

// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#characters-disallowed-in-key-fields
// oxlint-disable-next-line no-control-regex -- control characters are what the rule is about
const forbiddenInKeys = /[\u0000-\u001f\u007f-\u009f/\\#?]/

/** An insert from a request body. */
export function insertOf(body: string): Write {
  const { pk, rk, properties } = readSentEntity(body)
  if (typeof pk !== 'string' || typeof rk !== 'string') throw refusals.keysMissing()
  return { kind: 'insert', ...checkedKeys(pk, rk), properties }
}

/** A replace or merge from URL keys, body and `If-Match`. */
export function updateOf(
  kind: 'replace' | 'merge',
  pk: string,
  rk: string,
  body: string,
  ifMatch: string | undefined,
): Write {
  if (ifMatch !== undefined) checkEtag(ifMatch)
  const { properties } = readSentEntity(body === '' ? '{}' : body)
  return { kind, ...checkedKeys(pk, rk), properties, ifMatch }
}

/** A delete from URL keys and the mandatory `If-Match`. */
export function deleteOf(pk: string, rk: string, ifMatch: string | undefined): Write {
  if (ifMatch === undefined) throw refusals.ifMatchMissing()
  checkEtag(ifMatch)
  return { kind: 'delete', pk, rk, ifMatch }
}

/**
 * Applies a change; gives the entity's new Timestamp, or undefined after a delete.
 * @throws TablesError 409 EntityAlreadyExists, 404 ResourceNotFound, 412 UpdateConditionNotSatisfied
 */
export function applyWrite(
  store: TableStore,
  table: number,
  write: Write,
  stamps: WriteStamps,
): string | undefined {
  switch (write.kind) {
    case 'insert': {
      const entity = stored(write.pk, write.rk, write.properties, stamps())
      if (!store.insert(table, entity)) throw refusals.entityExists()
      return entity.stamp
    }
    case 'delete':
      if (write.ifMatch === '*') {
        if (!store.remove(table, write.pk, write.rk)) throw refusals.resourceMissing()
      } else {
        checkUnchanged(store.get(table, write.pk, write.rk), write.ifMatch)
        store.remove(table, write.pk, write.rk)
      }
      return undefined
    case 'replace':
      if (write.ifMatch !== undefined) checkUnchanged(store.get(table, write.pk, write.rk), write.ifMatch)
      return put(store, table, write.pk, write.rk, write.properties, stamps())
    case 'merge': {
      const before = store.get(table, write.pk, write.rk)
      if (write.ifMatch !== undefined) checkUnchanged(before, write.ifMatch)
      const properties = before === undefined ? write.properties : merged(before, write.properties)
      return put(store, table, write.pk, write.rk, properties, stamps())
    }
  }
}

function put(
  store: TableStore,
  table: number,
  pk: string,
  rk: string,
  properties: Properties,
  stamp: string,
): string {
  store.put(table, stored(pk, rk, properties, stamp))
  return stamp
}

function stored(pk: string, rk: string, properties: Properties, stamp: string): StoredEntity {
  const body = `{${renderProperties(properties, true)}}`
  checkEntitySize(pk, rk, properties, body)
  return { pk, rk, stamp, body }
}

function merged(before: StoredEntity, properties: Properties): Properties {
  const all = readStoredProperties(before.body)
  for (const [name, value] of properties) all.set(name, value)
  return all
}

function checkUnchanged(entity: StoredEntity | undefined, ifMatch: string): void {
  if (entity === undefined) throw refusals.resourceMissing()
  if (ifMatch !== '*' && stampOf(ifMatch) !== entity.stamp) throw refusals.etagMismatch()
}

function checkEtag(ifMatch: string): void {
  if (ifMatch !== '*' && !isEtag(ifMatch)) throw invalidInput(`The etag value '${ifMatch}' is not valid.`)
}

function checkedKeys(pk: string, rk: string): { pk: string; rk: string } {
  checkKey('PartitionKey', pk)
  checkKey('RowKey', rk)
  return { pk, rk }
}

function checkKey(name: string, key: string): void {
  if (key.length > 1024) throw refusals.valueTooLarge()
  if (forbiddenInKeys.test(key)) throw outOfRange(name, key)
}
