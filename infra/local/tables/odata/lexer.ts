import { refusals } from '../errors.ts'

/** A token; `at` is its offset in the filter. */
export type Token =
  | { readonly kind: 'word' | 'string'; readonly text: string }
  | { readonly kind: 'typed'; readonly prefix: string; readonly text: string }
  | { readonly kind: '(' | ')' | 'end' }

const space = /[\s]*/y
const word = /[^\s()']+/y
const quoted = /'((?:[^']|'')*)'/y

/** Splits a filter into tokens; throws InvalidInput at an unclosed string. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(filter)
    if (match !== null) at = pattern.lastIndex
    return match ?? undefined
  }
  const string = () => {
    const match = take(quoted)
    if (match === undefined) throw refusals.invalidFilter()
    return (match[1] ?? '').replaceAll("''", "'")
  }
  for (;;) {
    take(space)
    const next = filter[at]
    if (next === undefined) return [...tokens, { kind: 'end' }]
    if (next === '(' || next === ')') {
      at++
      tokens.push({ kind: next })
    } else if (next === "'") {
      tokens.push({ kind: 'string', text: string() })
    } else {
      const text = take(word)?.[0] ?? ''
      tokens.push(
        filter[at] === "'" ? { kind: 'typed', prefix: text, text: string() } : { kind: 'word', text },
      )
    }
  }
}
