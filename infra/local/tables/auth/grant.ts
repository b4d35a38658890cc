import { refusals } from '../errors.ts'

/** An operation as a shared access signature sees it. */
export type Need = {
  /** Letters that a table SAS must all have: r, a, u, d; undefined if a table SAS never allows it. */
  readonly table: string | undefined
  /** Letters that an account SAS must all have. */
  readonly account: string
  /** Account SAS resource type: s(ervice), c(ontainer: a table), o(bject: an entity). */
  readonly resourceType: 's' | 'c' | 'o'
}

/** What each operation needs. @see https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
export const needs = {
  listTables: { table: undefined, account: 'l', resourceType: 'c' },
  createTable: { table: undefined, account: 'c', resourceType: 'c' },
  deleteTable: { table: undefined, account: 'd', resourceType: 'c' },
  read: { table: 'r', account: 'r', resourceType: 'o' },
  insert: { table: 'a', account: 'a', resourceType: 'o' },
  update: { table: 'u', account: 'u', resourceType: 'o' },
  upsert: { table: 'au', account: 'au', resourceType: 'o' },
  delete: { table: 'd', account: 'd', resourceType: 'o' },
} as const satisfies Record<string, Need>

/** What a request's credentials allow; each method throws 403 if they don't. */
export type Grant = {
  readonly require: (need: Need, table: string | undefined) => void
  readonly requireKeys: (pk: string, rk: string) => void
  /** For queries: entities outside are left out of the answer. Undefined: everything. */
  readonly window: ((pk: string, rk: string) => boolean) | undefined
}

/** The account key's owner may do everything. */
export const ownerGrant: Grant = { require: () => {}, requireKeys: () => {}, window: undefined }

/** A grant of an account SAS with these letters. */
export function accountGrant(permissions: string, resourceTypes: string): Grant {
  const require = (need: Need) => {
    if (!resourceTypes.includes(need.resourceType)) throw refusals.resourceTypeMismatch()
    // Create table is allowed by "write" as well.
    const has = (letter: string) =>
      permissions.includes(letter) || (letter === 'c' && permissions.includes('w'))
    if (!need.account.split('').every(has)) throw refusals.permissionMissing()
  }
  return { require, requireKeys: () => {}, window: undefined }
}

/** Inclusive key bounds of a table SAS; `rk` bounds only bind within their partition. */
export type SasKeys = {
  readonly startPk: string | undefined
  readonly startRk: string | undefined
  readonly endPk: string | undefined
  readonly endRk: string | undefined
}

/** A grant of a table SAS for one table (lower-case name). */
export function tableGrant(permissions: string, table: string, keys: SasKeys): Grant {
  const bounded = keys.startPk !== undefined || keys.endPk !== undefined
  const inside = (pk: string, rk: string) => {
    const { startPk, startRk, endPk, endRk } = keys
    if (
      startPk !== undefined &&
      (pk < startPk || (pk === startPk && startRk !== undefined && rk < startRk))
    ) {
      return false
    }
    return !(endPk !== undefined && (pk > endPk || (pk === endPk && endRk !== undefined && rk > endRk)))
  }
  return {
    require: (need, name) => {
      if (need.table === undefined || name?.toLowerCase() !== table) throw refusals.wrongSignature()
      const has = (letter: string) => permissions.includes(letter)
      if (!need.table.split('').every(has)) throw refusals.permissionMissing()
    },
    requireKeys: (pk, rk) => {
      if (bounded && !inside(pk, rk)) throw refusals.outsideKeyRange()
    },
    window: bounded ? inside : undefined,
  }
}
