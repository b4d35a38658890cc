import { createSecretKey, type KeyObject } from 'node:crypto'
import { refusals } from '../errors.ts'
import { headerOf, type Target, type TablesRequest } from '../protocol/request.ts'
import { type Grant, ownerGrant } from './grant.ts'
import { grantOfSas } from './sas.ts'
import { isSignedWithKey } from './shared-key.ts'

/** A storage account; `key` in base64, as Azure shows it. */
export type Account = { readonly name: string; readonly key: string }

/** Says what a request may do, or throws 401/403/404. */
export type Authorize = (request: TablesRequest, target: Target, ip: string) => Grant

/**
 * Checks SharedKey, SharedKeyLite and SAS. The age of a signed date is not checked: the service may run on
 * a simulated clock while SDKs sign with the real one.
 */
export function authorizer(accounts: readonly Account[], now: () => number): Authorize {
  const keys = new Map<string, KeyObject>(
    accounts.map(({ name, key }) => [name, createSecretKey(Buffer.from(key, 'base64'))]),
  )
  return (request, target, ip) => {
    const key = keys.get(target.account)
    if (key === undefined) throw refusals.resourceMissing()
    const authorization = headerOf(request.headers, 'authorization')
    if (authorization !== undefined) {
      if (isSignedWithKey(authorization, request, target, key)) return ownerGrant
      throw refusals.wrongSignature()
    }
    if (!target.query.has('sig')) throw refusals.noCredentials()
    return grantOfSas({ query: target.query, account: target.account, key, now: now(), ip })
  }
}
