import type { Node } from 'web-tree-sitter'
import { childrenOf, innermost, lineOf } from './syntax.ts'

export type Value =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'expression'; readonly node: Node }

export type Token =
  /** `joined`: written `-Name:value`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly joined: boolean }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'splat'; readonly name: string }

export interface Command {
  readonly node: Node
  readonly line: number
  /** As written; undefined when it is computed. */
  readonly name: string | undefined
  /** `&` or `.` before it. */
  readonly operator: string | undefined
  readonly tokens: readonly Token[]
  /** What stands before it in its pipeline. */
  readonly pipedFrom: Node | undefined
}

export function commandOf(node: Node): Command {
  const parts = childrenOf(node)
  const name = parts.find((part) => part.type === 'command_name')
  const elements = parts.find((part) => part.type === 'command_elements')
  const before = node.previousNamedSibling
  return {
    node,
    line: lineOf(node),
    name: name?.text,
    operator: parts.find((part) => part.type === 'command_invokation_operator')?.text,
    tokens: elements ? tokensOf(elements) : [],
    pipedFrom: node.parent?.type === 'pipeline_chain' && before !== null ? before : undefined,
  }
}

function tokensOf(elements: Node): Token[] {
  const children = childrenOf(elements)
  return children.flatMap((child, index): Token[] => {
    if (child.type === 'command_argument_sep' || child.type === 'redirection') return []
    if (child.type === 'command_parameter') {
      const joined = children[index + 1]?.type === 'command_argument_sep' && children[index + 1]?.text === ':'
      return [{ kind: 'parameter', name: child.text.replace(/^-+/, '').replace(/:$/, ''), joined }]
    }
    const inner = innermost(child)
    if (inner.type === 'variable' && inner.text.startsWith('@'))
      return [{ kind: 'splat', name: inner.text.slice(1).toLowerCase() }]
    return [{ kind: 'value', value: valueOf(inner) }]
  })
}

export function valueOf(node: Node): Value {
  const inner = innermost(node)
  switch (inner.type) {
    case 'generic_token':
      return { kind: 'literal', text: inner.text }
    case 'variable':
      return { kind: 'variable', name: inner.text.slice(1).toLowerCase() }
    case 'string_literal': {
      const text = inner.text
      if (text.startsWith("'")) return { kind: 'literal', text: text.slice(1, -1).replaceAll("''", "'") }
      if (!/[$`]/.test(text)) return { kind: 'literal', text: text.slice(1, -1) }
      return { kind: 'expression', node: inner }
    }
    case 'integer_literal':
      return { kind: 'literal', text: inner.text }
    default:
      return { kind: 'expression', node: inner }
  }
}
