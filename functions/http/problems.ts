import { problemStatuses, type ProblemCode } from '../../orchestrations/contracts/api.ts'

/** Kinds of refusals, each with a stable name: what a program decides by. Relative references (RFC 9457, 3.1.1). */
const kinds: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  412: 'changed-meanwhile',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'too-many-requests',
  500: 'internal',
  503: 'unavailable',
}

/** Narrower kinds than a status names. */
const narrower: Readonly<Partial<Record<ProblemCode, string>>> = {
  idempotencyKeyReused: 'idempotency-key-reused',
  idempotencyKeyInUse: 'idempotency-key-in-use',
  idempotencyAnswerNotKept: 'idempotency-answer-not-kept',
  evidenceLacking: 'evidence-lacking',
  buildsUnknown: 'evidence-lacking',
  evidenceLackingBuildsUnknown: 'evidence-lacking',
}

export function problemTypeOf(code: ProblemCode): string {
  const kind = narrower[code] ?? kinds[problemStatuses[code]]
  return kind === undefined ? 'about:blank' : `/problems/${kind}`
}
