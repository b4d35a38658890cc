import { dateTicks } from '../edm.ts'
import { refusals } from '../errors.ts'
import type { Comparison, Filter, Literal } from './ast.ts'
import { type Token, tokensOf } from './lexer.ts'

const mirrored: Record<Comparison, Comparison> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
}
const reserved: ReadonlySet<string> = new Set([...Object.keys(mirrored), 'and', 'or', 'not'])
const maxDepth = 200

/**
 * Parses a `$filter`: comparisons of a property with a literal, `and`, `or`, `not`, parentheses. `and` binds
 * tighter than `or`, `not` tighter than both.
 * @throws TablesError InvalidInput for anything else
 * @see https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities
 */
export function parseFilter(text: string): Filter {
  const parser = new Parser(tokensOf(text))
  return parser.whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Filter {
    const filter = this.#or()
    if (this.#peek().kind !== 'end') throw refusals.invalidFilter()
    return filter
  }

  #or(): Filter {
    let left = this.#and()
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): Filter {
    let left = this.#unary()
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#unary() }
    return left
  }

  #unary(): Filter {
    if (++this.#depth > maxDepth) throw refusals.invalidFilter()
    try {
      if (this.#takeWord('not')) return { kind: 'not', operand: this.#unary() }
      if (this.#peek().kind !== '(') return this.#comparison()
      this.#next()
      const inner = this.#or()
      if (this.#next().kind !== ')') throw refusals.invalidFilter()
      return inner
    } finally {
      this.#depth--
    }
  }

  #comparison(): Filter {
    const left = operandOf(this.#next())
    const token = this.#peek()
    const op = token.kind === 'word' && token.text in mirrored ? (token.text as Comparison) : undefined
    if (op === undefined) {
      if (left.kind === 'property') return { kind: 'flag', property: left.name }
      throw refusals.invalidFilter()
    }
    this.#next()
    const right = operandOf(this.#next())
    if (left.kind === 'property' && right.kind === 'literal') {
      return { kind: 'compare', property: left.name, op, literal: right.literal }
    }
    if (left.kind === 'literal' && right.kind === 'property') {
      return { kind: 'compare', property: right.name, op: mirrored[op], literal: left.literal }
    }
    throw refusals.invalidFilter()
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end' }
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #takeWord(text: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'word' || token.text !== text) return false
    this.#at++
    return true
  }
}

type Operand =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'literal'; readonly literal: Literal }

function operandOf(token: Token): Operand {
  switch (token.kind) {
    case 'string':
      return literal('Edm.String', token.text)
    case 'typed':
      return typedLiteral(token.prefix, token.text)
    case 'word':
      return wordOperand(token.text)
    default:
      throw refusals.invalidFilter()
  }
}

function literal(type: Literal['type'], value: Literal['value']): Operand {
  return { kind: 'literal', literal: { type, value } }
}

const int64Limit = 2n ** 63n

function wordOperand(text: string): Operand {
  if (text === 'true' || text === 'false') return literal('Edm.Boolean', text === 'true')
  if (/^[+-]?\d{1,19}L$/i.test(text)) {
    const value = BigInt(text.slice(text.startsWith('+') ? 1 : 0, -1))
    if (value >= -int64Limit && value < int64Limit) return literal('Edm.Int64', value)
    throw refusals.invalidFilter()
  }
  if (/^[+-]?\d{1,20}$/.test(text)) {
    const value = Number(text)
    return literal(value === (value | 0) ? 'Edm.Int32' : 'Edm.Double', value)
  }
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfFmM]?$/.test(text)) {
    return literal('Edm.Double', Number(text.replace(/[dfm]$/i, '')))
  }
  if (/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u.test(text) && !reserved.has(text)) {
    return { kind: 'property', name: text }
  }
  throw refusals.invalidFilter()
}

function typedLiteral(prefix: string, text: string): Operand {
  switch (prefix) {
    case 'datetime': {
      const ticks = dateTicks(text)
      if (ticks !== undefined) return literal('Edm.DateTime', ticks)
      break
    }
    case 'guid':
      if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) {
        return literal('Edm.Guid', text.toLowerCase())
      }
      break
    case 'X':
    case 'binary':
      if (/^(?:[0-9a-f]{2})*$/i.test(text)) return literal('Edm.Binary', text.toLowerCase())
      break
  }
  throw refusals.invalidFilter()
}
