import type { TablesError } from '../errors.ts'
import { contentTypeOf, type Metadata } from './metadata.ts'
import type { TablesAnswer } from './request.ts'

/** 204 without body. */
export function noContent(headers: readonly string[] = []): TablesAnswer {
  return { status: 204, headers, body: '' }
}

/** An answer with a JSON text. */
export function json(
  status: number,
  level: Metadata,
  body: string,
  headers: readonly string[] = [],
): TablesAnswer {
  return { status, headers: ['content-type', contentTypeOf(level), ...headers], body }
}

/** An error as Azure's OData JSON; `index` is the failing operation's place in a batch. */
export function errorBody(error: TablesError, requestId: string, epochMs: number, index?: number): string {
  const place = index === undefined ? '' : `${index}:`
  const value = `${place}${error.message}\nRequestId:${requestId}\nTime:${new Date(epochMs).toISOString()}`
  return JSON.stringify({ 'odata.error': { code: error.code, message: { lang: 'en-US', value } } })
}

/** An error answer. */
export function errorAnswer(error: TablesError, requestId: string, epochMs: number): TablesAnswer {
  return json(error.status, 'minimal', errorBody(error, requestId, epochMs), ['x-ms-error-code', error.code])
}
