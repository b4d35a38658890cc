import type { HttpResponseInit } from '@azure/functions'

/**
 * On every answer of the API: it is data, never a page, and never kept by anybody between.
 * Source: OWASP, "HTTP Headers Cheat Sheet". A handler's own header goes before.
 */
const always: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
}

/** The answer with the headers that every answer has. */
export const secured = (response: HttpResponseInit): HttpResponseInit => withHeaders(response, always)

/** Adds headers that the answer doesn't have yet. */
export function withHeaders(
  response: HttpResponseInit,
  more: Readonly<Record<string, string>>,
): HttpResponseInit {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(more)) if (!headers.has(name)) headers.set(name, value)
  return { ...response, headers: Object.fromEntries(headers) }
}
