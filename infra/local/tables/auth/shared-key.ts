import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { headerOf, type Target, type TablesRequest } from '../protocol/request.ts'

/** Base64 HMAC-SHA256 of a text. */
export function signatureOf(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64')
}

/** Compares signatures in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * True if an `Authorization: SharedKey|SharedKeyLite account:signature` header is right for the request.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function isSignedWithKey(
  authorization: string,
  request: TablesRequest,
  target: Target,
  key: KeyObject,
): boolean {
  const space = authorization.indexOf(' ')
  const colon = authorization.indexOf(':')
  if (authorization.slice(space + 1, colon) !== target.account) return false
  const text = textToSign(authorization.slice(0, space), request, target)
  return text !== undefined && sameSignature(authorization.slice(colon + 1), signatureOf(text, key))
}

function textToSign(scheme: string, request: TablesRequest, target: Target): string | undefined {
  const { headers } = request
  const date = headerOf(headers, 'x-ms-date') ?? headerOf(headers, 'date')
  if (date === undefined) return undefined
  const comp = target.query.get('comp')
  const resource = `/${target.account}${target.path}${comp === null ? '' : `?comp=${comp}`}`
  if (scheme === 'SharedKeyLite') return `${date}\n${resource}`
  if (scheme !== 'SharedKey') return undefined
  const md5 = headerOf(headers, 'content-md5') ?? ''
  const type = headerOf(headers, 'content-type') ?? ''
  return `${request.method}\n${md5}\n${type}\n${date}\n${resource}`
}
