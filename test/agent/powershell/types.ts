import type { Node } from 'web-tree-sitter'
import { commandOf, valueOf } from './commands.ts'
import type { CmdletContracts, Members } from './contracts.ts'
import type { Functions } from './functions.ts'
import type { Knowledge } from './knowledge.ts'
import { childrenOf, innermost } from './syntax.ts'

/** Names of types by variable, as far as one function's text tells. */
export type Scope = Map<string, string>

/** Cmdlets that hand on what they get. */
const passThrough = new Set(['where-object', 'sort-object', 'tee-object'])

/** Simple type inference: what cmdlets, COM objects and known members answer. Unknown stays unknown. */
export class Types {
  readonly #contracts: CmdletContracts
  readonly #functions: Functions

  readonly #knowledge: Knowledge

  constructor(contracts: CmdletContracts, functions: Functions, knowledge: Knowledge) {
    this.#contracts = contracts
    this.#functions = functions
    this.#knowledge = knowledge
  }

  /** Whether a value is of an enumeration, which JSON would show as a number. */
  isEnum(type: string | undefined): boolean {
    return type !== undefined && this.#contracts.enums.has(bare(type))
  }

  members(type: string | undefined): Members | undefined {
    return type === undefined ? undefined : this.#contracts.types.get(bare(type))
  }

  /** A collection answers its elements' members as well (member enumeration). */
  elementOf(type: string | undefined): string | undefined {
    const item = this.members(type)?.properties['Item']
    return item !== undefined && item !== '' ? item : type
  }

  typeOf(node: Node, scope: Scope): string | undefined {
    const inner = innermost(node)
    switch (inner.type) {
      case 'variable':
        return scope.get(inner.text.slice(1).toLowerCase())
      case 'parenthesized_expression':
      case 'array_expression':
      case 'statement_list':
      case 'sub_expression': {
        const [only, more] = childrenOf(inner)
        return only !== undefined && more === undefined ? this.typeOf(only, scope) : undefined
      }
      case 'command':
        return this.#outputOf(inner, scope)
      case 'pipeline_chain':
        return this.#pipeline(childrenOf(inner), scope)
      case 'pipeline': {
        const [only, more] = childrenOf(inner)
        return only !== undefined && more === undefined ? this.typeOf(only, scope) : undefined
      }
      case 'member_access':
        return this.#memberType(inner, scope, 'properties')
      case 'invokation_expression':
        return this.#memberType(inner, scope, 'methods')
      case 'element_access': {
        const [target] = childrenOf(inner)
        return target && this.elementOf(this.typeOf(target, scope))
      }
      default:
        return undefined
    }
  }

  /** What flows out of the first `count` stages of a pipeline. */
  #pipeline(stages: readonly Node[], scope: Scope): string | undefined {
    let type: string | undefined
    for (const [index, stage] of stages.entries()) {
      const command = stage.type === 'command' ? commandOf(stage) : undefined
      if (command?.name !== undefined && passThrough.has(command.name.toLowerCase())) continue
      if (command?.name?.toLowerCase() === 'select-object') {
        const projects = command.tokens.some(
          (token, at) => token.kind === 'value' && command.tokens[at - 1]?.kind !== 'parameter',
        )
        const named = command.tokens.some(
          (token) =>
            token.kind === 'parameter' && /^(property|expandproperty|excludeproperty)$/i.test(token.name),
        )
        if (projects || named) type = undefined
        continue
      }
      type = index === 0 || command !== undefined ? this.typeOf(stage, scope) : undefined
    }
    return type
  }

  /** What `$_` is in a script block that stands in a pipeline. */
  pipedInto(stage: Node, scope: Scope): string | undefined {
    const chain = stage.parent
    if (chain?.type !== 'pipeline_chain') return undefined
    const stages = childrenOf(chain)
    const place = stages.findIndex((one) => one.id === stage.id)
    return this.elementOf(this.#pipeline(stages.slice(0, place), scope))
  }

  #outputOf(node: Node, scope: Scope): string | undefined {
    const command = commandOf(node)
    const name = command.name?.toLowerCase()
    if (name === undefined) return undefined
    if (name === 'new-object') return this.#comObject(command.tokens)
    if (passThrough.has(name)) return this.pipedInto(node, scope)
    if (name === 'get-ciminstance') {
      const at = command.tokens.findIndex(
        (token) => token.kind === 'parameter' && /^classname$/i.test(token.name),
      )
      const next = command.tokens[at === -1 ? 0 : at + 1]
      return next?.kind === 'value' && next.value.kind === 'literal' ? next.value.text : undefined
    }
    const own = this.#functions.get(name)
    if (own) return this.#knowledge.outputOf(own)
    const outputs = this.#contracts.cmdlets.get(name)?.outputs ?? []
    const [only, more] = outputs
    return more === undefined ? only : undefined
  }

  #comObject(tokens: ReturnType<typeof commandOf>['tokens']): string | undefined {
    const at = tokens.findIndex((token) => token.kind === 'parameter' && /^comobject$/i.test(token.name))
    const next = tokens[at + 1]
    return at !== -1 && next?.kind === 'value' && next.value.kind === 'literal'
      ? this.#contracts.progIds.get(next.value.text.toLowerCase())
      : undefined
  }

  #memberType(node: Node, scope: Scope, kind: 'properties' | 'methods'): string | undefined {
    const [target, member] = childrenOf(node)
    if (!target || !member || member.type !== 'member_name') return undefined
    const owner = this.typeOf(target, scope)
    const members = this.members(owner)
    const found = members && lookUp(members[kind], member.text)
    if (found !== undefined) return found === '' ? undefined : found
    const element = this.members(this.elementOf(owner))
    const of = element && lookUp(element[kind], member.text)
    return of === undefined || of === '' ? undefined : of
  }

  /** Whether a type has a member; undefined when the type isn't known. */
  has(type: string | undefined, name: string): boolean | undefined {
    const own = this.members(type)
    if (!own) return undefined
    const all = [own, this.members(this.elementOf(type))]
    return all.some(
      (members) =>
        members !== undefined &&
        (lookUp(members.properties, name) !== undefined || lookUp(members.methods, name) !== undefined),
    )
  }
}

export function lookUp(members: Readonly<Record<string, string>>, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return Object.entries(members).find(([known]) => known.toLowerCase() === wanted)?.[1]
}

/** Type names as references write them: arrays, CIM paths, generics. */
function bare(type: string): string {
  const cim = /#?(?:.*[/#])?([A-Za-z]+_\w+)$/.exec(type)?.[1]
  const plain = (cim ?? type)
    .replace(/\[\]$/, '')
    .replace(/^(?:Nullable|IReadOnlyList|List|IEnumerable)<(.+)>$/, '$1')
  return plain.replace(/\[\]$/, '').toLowerCase()
}

export const literalOf = (node: Node): string | undefined => {
  const value = valueOf(node)
  return value.kind === 'literal' ? value.text : undefined
}
