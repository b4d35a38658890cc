import { createRequire } from 'node:module'
import { Language, Parser, type Node, type Tree } from 'web-tree-sitter'

const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')
let parser: Promise<Parser> | undefined

async function createParser(): Promise<Parser> {
  await Parser.init()
  const made = new Parser()
  made.setLanguage(await Language.load(grammar))
  return made
}

/** Parses a script. A tree with errors is a tree: ask `hasError`. */
export async function parsePowerShell(text: string): Promise<Tree> {
  parser ??= createParser()
  const tree = (await parser).parse(text)
  if (!tree) throw new Error('The PowerShell grammar gave up')
  return tree
}

export const lineOf = (node: Node): number => node.startPosition.row + 1

export function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null)
}

export function* descendants(node: Node): Generator<Node> {
  yield node
  for (const child of childrenOf(node)) yield* descendants(child)
}

/**
 * The grammar wraps every expression in one node per precedence level; what is meant is the innermost of the chain.
 * Nodes that are only punctuation don't count.
 */
export function innermost(node: Node): Node {
  let found = node
  for (;;) {
    const [only, more] = childrenOf(found)
    const wraps =
      /^(logical|bitwise|comparison|additive|multiplicative|format|range|array_literal|unary)_(argument_)?expression$/
    const transparent = wraps.test(found.type) || found.type === 'pipeline' || found.type === 'pipeline_chain'
    if (!transparent || only === undefined || more !== undefined) return found
    found = only
  }
}

/** First parse errors of a tree: line and the text at fault. */
export function syntaxErrors(root: Node): { readonly line: number; readonly text: string }[] {
  if (!root.hasError) return []
  const found = [...descendants(root)].filter((node) => node.isError || node.isMissing)
  return (found.length > 0 ? found : [root]).map((node) => ({
    line: lineOf(node),
    text: node.text.split('\n')[0]?.slice(0, 60) ?? '',
  }))
}
