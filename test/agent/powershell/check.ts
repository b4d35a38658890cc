import type { Node } from 'web-tree-sitter'
import { bind } from './bind.ts'
import { commandOf, valueOf, type Command, type Value } from './commands.ts'
import type { Cmdlet, CmdletContracts } from './contracts.ts'
import type { Finding } from './findings.ts'
import type { Functions } from './functions.ts'
import { childrenOf, descendants, innermost, lineOf, parsePowerShell, syntaxErrors } from './syntax.ts'
import { readScript } from './loads.ts'
import { Together } from './together.ts'
import { Types, type Scope } from './types.ts'

export interface ScriptFile {
  readonly file: string
  readonly text: string
}

export interface Allowed {
  readonly contracts: CmdletContracts
  /** Executables that scripts may start by name, with the reason beside the list. */
  readonly programs: ReadonlySet<string>
}

/** What asks before it acts, beside those whose contract says ConfirmImpact High: unattended they must not ask. */
const asksUnattended = new Set(['remove-vm', 'stop-vm', 'restart-computer', 'remove-item'])

/** Checks scripts, each with the functions of what it loads and, where it is a part, of what loads it. */
export async function checkScripts(scripts: readonly ScriptFile[], allowed: Allowed): Promise<Finding[]> {
  const parsed = await Promise.all(
    scripts.map(async ({ file, text }) => readScript(file, (await parsePowerShell(text)).rootNode)),
  )
  const together = new Together(parsed)
  return parsed.flatMap((script) => [
    ...new Check(script.file, script.root, together.functionsFor(script), allowed).run(),
    ...together.problemsOf(script, allowed.contracts),
  ])
}

class Check {
  readonly #file: string
  readonly #root: Node
  readonly #functions: Functions
  readonly #allowed: Allowed
  readonly #types: Types
  readonly #findings: Finding[] = []

  constructor(file: string, root: Node, functions: Functions, allowed: Allowed) {
    this.#file = file
    this.#root = root
    this.#functions = functions
    this.#allowed = allowed
    this.#types = new Types(allowed.contracts, functions)
  }

  run(): Finding[] {
    for (const { line, text } of syntaxErrors(this.#root))
      this.#add('syntax', line, `cannot be parsed: ${text}`)
    this.#preamble()
    this.#walk(this.#root, new Map())
    return this.#findings
  }

  #add(rule: Finding['rule'], line: number, message: string): void {
    this.#findings.push({ rule, file: this.#file, line, message })
  }

  #preamble(): void {
    const text = this.#root.text
    if (!/^\s*Set-StrictMode\s+-Version\s+Latest\s*$/m.test(text))
      this.#add('preamble', 1, 'Set-StrictMode -Version Latest is missing')
    if (!/^\s*\$ErrorActionPreference\s*=\s*'Stop'\s*$/m.test(text))
      this.#add('preamble', 1, "$ErrorActionPreference = 'Stop' is missing")
  }

  /** In the order of the text, so that what a variable holds is known where it is used. */
  #walk(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'function_statement':
        for (const child of childrenOf(node)) this.#walk(child, new Map(scope))
        return
      case 'assignment_expression':
        this.#assignment(node, scope)
        return
      case 'foreach_statement':
        this.#foreach(node, scope)
        return
      case 'command':
        this.#command(node, scope)
        return
      case 'member_access':
      case 'invokation_expression':
        this.#member(node, scope)
        break
      case 'hash_entry':
        this.#enumNumber(node, scope)
        break
      case 'cast_expression':
      case 'type_literal':
        this.#typeLiteral(node)
        break
      default:
    }
    for (const child of childrenOf(node)) this.#walk(child, scope)
  }

  #assignment(node: Node, scope: Scope): void {
    const [left, , right] = childrenOf(node)
    for (const child of childrenOf(node)) this.#walk(child, scope)
    if (!left || !right) return
    const target = innermost(childrenOf(left)[0] ?? left)
    if (target.type !== 'variable') return
    const name = target.text.slice(1).toLowerCase()
    const type = this.#types.typeOf(right, scope)
    if (type === undefined) scope.delete(name)
    else scope.set(name, type)
  }

  #foreach(node: Node, scope: Scope): void {
    const [variable, collection, ...rest] = childrenOf(node)
    if (collection) this.#walk(collection, scope)
    const inside: Scope = new Map(scope)
    const type = collection && this.#types.elementOf(this.#types.typeOf(collection, scope))
    if (variable?.type === 'variable' && type !== undefined)
      inside.set(variable.text.slice(1).toLowerCase(), type)
    for (const child of rest) this.#walk(child, inside)
  }

  #command(node: Node, scope: Scope): void {
    const command = commandOf(node)
    this.#judge(command)
    const piped = this.#types.pipedInto(node, scope)
    const inside: Scope = new Map(scope)
    if (piped === undefined) inside.delete('_')
    else inside.set('_', piped)
    for (const child of childrenOf(node)) this.#walk(child, inside)
  }

  #judge(command: Command): void {
    const { name, line } = command
    if (name === undefined) {
      this.#computed(command)
      return
    }
    const wanted = name.toLowerCase()
    if (wanted === 'invoke-expression' || wanted === 'iex') {
      this.#add('forbidden', line, 'Invoke-Expression runs text as code')
      return
    }
    if (wanted === 'add-type') {
      this.#add('forbidden', line, 'Add-Type compiles text into code')
      return
    }
    const own = this.#functions.get(wanted)
    const cmdlet = own ?? this.#allowed.contracts.cmdlets.get(wanted)
    if (cmdlet) this.#bound(command, cmdlet)
    else if (!this.#allowed.programs.has(wanted))
      this.#add(
        'unknownCommand',
        line,
        `${name} is no contract cmdlet, no function of the project, no listed program`,
      )
  }

  /** `.` may load a file beside the script; `&` may start a program from a variable that names one. */
  #computed(command: Command): void {
    const text = command.node.text
    const loads = command.operator === '.' && /\$PSScriptRoot/.test(text)
    const starts = command.operator === '&' && /^&\s*\$(script:)?[A-Za-z]+Exe\b/.test(text)
    if (!loads && !starts)
      this.#add('forbidden', command.line, `what runs is computed: ${text.split('\n')[0]?.slice(0, 60)}`)
  }

  #bound(command: Command, cmdlet: Cmdlet): void {
    const { given, problems } = bind(command, cmdlet, (name) => this.#splat(name, command.node))
    for (const { rule, message } of problems) this.#add(rule, command.line, message)
    const asks = cmdlet.confirmImpact === 'High' || asksUnattended.has(cmdlet.name.toLowerCase())
    if (!asks) return
    const confirm = given.get('Confirm')
    const quiet =
      confirm !== undefined && confirm !== true && confirm.kind === 'variable' && confirm.name === 'false'
    const needsForce = cmdlet.parameters['Force'] !== undefined
    if (
      (cmdlet.parameters['Confirm'] !== undefined && !quiet && !needsForce) ||
      (needsForce && !given.has('Force'))
    ) {
      const how = needsForce ? '-Force' : '-Confirm:$false'
      this.#add('needsConfirm', command.line, `${cmdlet.name} asks somebody: it needs ${how}`)
    }
  }

  /** The one literal hashtable that a splatted variable holds in the same block, with what is added to it. */
  #splat(name: string, at: Node): ReadonlyMap<string, Value> | undefined {
    for (let block = at.parent; block; block = block.parent) {
      if (block.type !== 'statement_list') continue
      const entries = literalIn(block, name)
      if (entries) return entries
    }
    return undefined
  }

  #member(node: Node, scope: Scope): void {
    const [target, member] = childrenOf(node)
    if (!target || member?.type !== 'member_name') return
    const name = member.text
    if (
      /^(invokescript|invoke|newscriptblock|createnestedpipeline)$/i.test(name) &&
      node.type === 'invokation_expression'
    ) {
      this.#add('forbidden', lineOf(node), `.${name}() runs text as code`)
      return
    }
    const owner = this.#types.typeOf(target, scope)
    const everywhere = /^(count|length|gettype|tostring|where|foreach|psobject|equals)$/i
    if (everywhere.test(name) || this.#types.has(owner, name) !== false) return
    this.#add('unknownMember', lineOf(node), `${owner ?? ''} has no member ${name}`)
  }

  /** Keys of documents are written small; those of parameters, which take enumerations, aren't. */
  #enumNumber(node: Node, scope: Scope): void {
    const [key, value] = childrenOf(node)
    if (!key || !value || !/^['"]?[a-z]/.test(key.text)) return
    const type = this.#types.typeOf(value, scope)
    if (this.#types.isEnum(type))
      this.#add('enumNumber', lineOf(node), `${key.text} would be a number of ${type}: take .ToString()`)
  }

  #typeLiteral(node: Node): void {
    if (
      /^\[\s*(System\.Management\.Automation\.)?scriptblock\s*\]/i.test(node.text) &&
      /::\s*create/i.test(node.parent?.text ?? '')
    )
      this.#add('forbidden', lineOf(node), '[scriptblock]::Create makes code of text')
  }
}

/** `$name = @{ … }` among a block's statements, with later `$name['Key'] = …` or `$name.Key = …`. */
function literalIn(block: Node, name: string): ReadonlyMap<string, Value> | undefined {
  let found: Map<string, Value> | undefined
  for (const node of descendants(block)) {
    if (node.type !== 'assignment_expression') continue
    const [left, , right] = childrenOf(node)
    if (!left || !right) continue
    const target = innermost(childrenOf(left)[0] ?? left)
    if (target.type === 'variable' && target.text.slice(1).toLowerCase() === name) {
      const literal = innermost(right)
      if (literal.type !== 'hash_literal_expression') return undefined
      found = new Map(entriesOf(literal))
      continue
    }
    const [owner, key] = childrenOf(target)
    const ofIt = owner?.type === 'variable' && owner.text.slice(1).toLowerCase() === name && key !== undefined
    if (ofIt && found) found.set(key.text.replaceAll(/^['"]|['"]$/g, ''), valueOf(right))
  }
  return found
}

function entriesOf(literal: Node): [string, Value][] {
  return [...descendants(literal)]
    .filter((node) => node.type === 'hash_entry' && node.parent?.parent?.id === literal.id)
    .flatMap((entry): [string, Value][] => {
      const [key, value] = childrenOf(entry)
      return key && value ? [[key.text.replaceAll(/^['"]|['"]$/g, ''), valueOf(value)]] : []
    })
}
