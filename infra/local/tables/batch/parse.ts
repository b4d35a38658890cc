import { invalidInput } from '../errors.ts'

/** One operation of an entity-group transaction, as sent. */
export type BatchOperation = {
  readonly method: string
  /** Path and query, without scheme and host. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly contentId: string | undefined
}

/**
 * Takes a `$batch` body apart: a multipart of one changeset, itself a multipart of HTTP requests.
 * @throws TablesError InvalidInput
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
export function parseBatch(body: string, contentType: string): BatchOperation[] {
  const batch = boundaryIn(contentType)
  const start = body.indexOf(`--${batch}`)
  if (start === -1) throw invalidInput('The batch has no part.')
  const headersEnd = blankLine(body, start)
  const changeset = boundaryIn(body.slice(start, headersEnd))
  const parts = body.slice(headersEnd).split(`--${changeset}`)
  // What precedes the first boundary and what follows the closing one are no operations.
  return parts.slice(1, -1).map(operationOf)
}

function boundaryIn(text: string): string {
  const at = text.indexOf('boundary=')
  const boundary = at === -1 ? undefined : /^"?([^";\r\n]+)/.exec(text.slice(at + 9))?.[1]
  if (boundary === undefined) throw invalidInput('The batch names no boundary.')
  return boundary.trim()
}

function operationOf(part: string): BatchOperation {
  const requestAt = afterBlankLine(part, 0)
  const bodyAt = afterBlankLine(part, requestAt)
  const [requestLine = '', ...lines] = linesOf(part.slice(requestAt, bodyAt))
  const [method = '', url = ''] = requestLine.split(' ')
  const headers: Record<string, string> = {}
  readHeaders(lines, headers)
  const outer: Record<string, string> = {}
  readHeaders(linesOf(part.slice(0, requestAt)), outer)
  return {
    method,
    target: withoutOrigin(url),
    headers,
    body: part.slice(bodyAt).trim(),
    contentId: headers['content-id'] ?? outer['content-id'],
  }
}

function readHeaders(lines: readonly string[], into: Record<string, string>): void {
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) into[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
}

function withoutOrigin(url: string): string {
  const scheme = url.indexOf('://')
  if (scheme === -1) return url
  const path = url.indexOf('/', scheme + 3)
  if (path === -1) throw invalidInput(`The batch holds an operation without a path: '${url.slice(0, 80)}'.`)
  return url.slice(path)
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '')
}

function blankLine(text: string, from: number): number {
  const end = afterBlankLine(text, from)
  if (end === text.length) throw invalidInput('The batch ends within its headers.')
  return end
}

/** The place after the next empty line, or the end. */
function afterBlankLine(text: string, from: number): number {
  const crlf = text.indexOf('\r\n\r\n', from)
  if (crlf !== -1) return crlf + 4
  const lf = text.indexOf('\n\n', from)
  return lf === -1 ? text.length : lf + 2
}
