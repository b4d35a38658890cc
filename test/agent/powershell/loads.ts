import { posix } from 'node:path'
import type { Node } from 'web-tree-sitter'
import { commandOf, type Command } from './commands.ts'
import { functionsOf, type Functions } from './functions.ts'
import { descendants } from './syntax.ts'

interface Load {
  readonly line: number
  readonly file: string
}

/** What is asked of a script more than once; walking a tree is slow. */
export interface Parsed {
  readonly file: string
  readonly root: Node
  readonly nodes: readonly Node[]
  readonly commands: readonly Command[]
  readonly functions: Functions
  /** Files that it loads: `. (Join-Path … 'x.ps1')` and `Import-Module -Name (Join-Path … 'x.psm1')`. */
  readonly loads: readonly Load[]
}

export function readScript(file: string, root: Node): Parsed {
  const nodes = [...descendants(root)]
  const commands = nodes.filter(({ type }) => type === 'command').map((node) => commandOf(node))
  return { file, root, nodes, commands, functions: functionsOf(root), loads: loadsOf(file, commands) }
}

function loadsOf(file: string, commands: readonly Command[]): Load[] {
  return commands.flatMap(({ operator, name, node, line }): Load[] => {
    if (operator !== '.' && name?.toLowerCase() !== 'import-module') return []
    const path = /\$PSScriptRoot\s+-ChildPath\s+'([^']+)'/i.exec(node.text)?.[1]
    if (path === undefined) return []
    const folder = posix.dirname(file.replaceAll('\\', '/'))
    return [{ line, file: posix.join(folder, path.replaceAll('\\', '/')) }]
  })
}

/** A script, and everything that it loads, however indirectly. */
export function withLoaded(script: Parsed, all: ReadonlyMap<string, Parsed>): Parsed[] {
  const found = new Map([[script.file, script]])
  for (const one of found.values())
    for (const { file } of one.loads) {
      const loaded = all.get(file)
      if (loaded) found.set(file, loaded)
    }
  return [...found.values()]
}
