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
export const problemTypes = {
  keyReused: '/problems/idempotency-key-reused',
  keyInUse: '/problems/idempotency-key-in-use',
  answerNotKept: '/problems/idempotency-answer-not-kept',
  evidenceLacking: '/problems/evidence-lacking',
} as const

export const problemTypeOf = (status: number): string => {
  const kind = kinds[status]
  return kind === undefined ? 'about:blank' : `/problems/${kind}`
}
