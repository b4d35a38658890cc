import type { Command, Option } from 'commander'

/** What may stand in a place of the command line. */
export type Place =
  | { readonly kind: 'client' }
  | { readonly kind: 'file' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'text' }

export interface TreeOption {
  /** `--client`, and `-o` where there is one. */
  readonly names: readonly string[]
  readonly what: string
  /** Its value; absent: it takes none. */
  readonly value?: Place
}

/** One command with all that can follow it. */
export interface TreeNode {
  /** `campaign pause`; empty: the program itself. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly what: string }[]
  readonly options: readonly TreeOption[]
  readonly argument: Place
}

const clientNames = new Set(['client', 'clients'])
const fileNames = new Set(['file', 'output', 'settings', 'data'])

/** The commands of the program as the parser knows them: the one source of every shell's completion. */
export function treeOf(program: Command): TreeNode[] {
  const shared = program.options.map(treeOption)
  const walk = (command: Command, path: readonly string[]): TreeNode[] => {
    const [argument] = command.registeredArguments
    const own = command === program ? [] : command.options.map(treeOption)
    const node = {
      path: path.join(' '),
      commands: command.commands.map((one) => ({
        name: one.name(),
        what: one.summary() || one.description(),
      })),
      options: [...own, ...shared, { names: ['--help', '-h'], what: '' }],
      argument: placeOf(argument?.name() ?? '', argument?.argChoices),
    }
    return [node, ...command.commands.flatMap((child) => walk(child, [...path, child.name()]))]
  }
  return walk(program, [])
}

function treeOption(option: Option): TreeOption {
  const names = [option.long, option.short].filter((name) => name !== undefined && name !== null)
  const takes = option.required || option.optional
  const what = option.description
  return takes ? { names, what, value: placeOf(option.attributeName(), option.argChoices) } : { names, what }
}

function placeOf(name: string, choices: readonly string[] | undefined): Place {
  if (choices) return { kind: 'choice', of: choices }
  if (clientNames.has(name)) return { kind: 'client' }
  return fileNames.has(name) ? { kind: 'file' } : { kind: 'text' }
}

/** Every option of any command that takes a value: the word after it is no command. */
export function valueOptions(tree: readonly TreeNode[]): string[] {
  const all = tree.flatMap(({ options }) =>
    options.filter(({ value }) => value).flatMap(({ names }) => names),
  )
  return [...new Set(all)].toSorted()
}

/** Options of a node by the kind of their value, with those names. */
export function optionsWith(node: TreeNode, kind: Place['kind']): TreeOption[] {
  return node.options.filter(({ value }) => value?.kind === kind)
}
