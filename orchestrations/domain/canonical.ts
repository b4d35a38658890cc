/**
 * JSON with keys in code-unit order and without undefined: the same value is always the same text (RFC 8785 for
 * the values that ATLAS has). Throws TypeError on what JSON has no form for.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`)
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : composite(value)
    default:
      throw new TypeError(`a ${typeof value} has no form in JSON`)
  }
}

function composite(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item)).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
