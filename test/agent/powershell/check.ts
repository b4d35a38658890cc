import type { Node } from 'web-tree-sitter'
import { bind } from './bind.ts'
import { commandOf, valueOf, type Command, type Value } from './commands.ts'
import type { Cmdlet, CmdletContracts } from './contracts.ts'
import type { Finding } from './findings.ts'
import type { Functions } from './functions.ts'
import { childrenOf, descendants, innermost, lineOf, parsePowerShell, syntaxErrors } from './syntax.ts'
import { Knowledge } from './knowledge.ts'
import { readScript, type Parsed } from './loads.ts'
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
  const functions = new Map(parsed.map((script) => [script, together.functionsFor(script)]))
  let knowledge = new Knowledge()
  let findings: Finding[] = []
  // What a function answers is known once it is known what it is called with, which others' answers say.
  for (let pass = 0; pass < passes; pass++) {
    const learnt = new Knowledge()
    findings = parsed.flatMap((script) =>
      new Check(script, functions.get(script) ?? new Map(), allowed, { known: knowledge, learnt }).run(),
    )
    knowledge = learnt
  }
  return [...findings, ...parsed.flatMap((script) => together.problemsOf(script, allowed.contracts))]
}

/** As deep as the scripts' functions call each other with objects of Windows, and one more. */
const passes = 4

interface Learning {
  readonly known: Knowledge
  readonly learnt: Knowledge
}

class Check {
  readonly #file: string
  readonly #root: Node
  readonly #functions: Functions
  readonly #allowed: Allowed
  readonly #types: Types
  readonly #own: Functions
  readonly #learning: Learning
  readonly #findings: Finding[] = []

  constructor(script: Parsed, functions: Functions, allowed: Allowed, learning: Learning) {
    this.#file = script.file
    this.#root = script.root
    this.#own = script.functions
    this.#functions = functions
    this.#allowed = allowed
    this.#learning = learning
    this.#types = new Types(allowed.contracts, functions, learning.known)
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
        this.#function(node, scope)
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

  #function(node: Node, scope: Scope): void {
    const name = childrenOf(node).find(({ type }) => type === 'function_name')?.text ?? ''
    const own = this.#own.get(name.toLowerCase())
    const inside: Scope = new Map(scope)
    if (own) for (const parameter of Object.keys(own.parameters)) inside.delete(parameter.toLowerCase())
    for (const [parameter, type] of own ? this.#learning.known.paramsOf(own) : []) inside.set(parameter, type)
    for (const child of childrenOf(node)) this.#walk(child, inside)
    if (own) this.#learning.learnt.answers(own, this.#answerOf(node, inside))
  }

  /** What a function's last statement and its returns agree on; a return of nothing agrees with all. */
  #answerOf(node: Node, scope: Scope): string | undefined {
    const body = [...descendants(node)].find(({ type }) => type === 'script_block_body')
    const list = body && childrenOf(body).find(({ type }) => type === 'statement_list')
    const last = list && childrenOf(list).findLast(({ type }) => type !== 'comment')
    const returned = [...descendants(node)]
      .filter(({ type, text }) => type === 'flow_control_statement' && /^return\b/i.test(text))
      .flatMap((statement) => childrenOf(statement).slice(0, 1))
      .filter(({ text }) => text.toLowerCase() !== '$null')
    const ends = last?.type === 'flow_control_statement' ? returned : last ? [last, ...returned] : []
    const types = new Set(
      ends.map((end) => (end.type === 'pipeline' ? this.#types.typeOf(end, scope) : undefined)),
    )
    return types.size === 1 ? [...types][0] : undefined
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
    this.#judge(command, scope)
    const piped = this.#types.pipedInto(node, scope)
    const inside: Scope = new Map(scope)
    if (piped === undefined) inside.delete('_')
    else inside.set('_', piped)
    for (const child of childrenOf(node)) this.#walk(child, inside)
  }

  #judge(command: Command, scope: Scope): void {
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
    if (cmdlet) this.#bound(command, cmdlet, scope)
    else if (!this.#allowed.programs.has(wanted))
      this.#add(
        'unknownCommand',
        line,
        `${name} is no contract cmdlet, no function of the project, no listed program`,
      )
  }

  /** `.` may load a file beside the script; `&` may start a listed program by its full path. */
  #computed(command: Command): void {
    const text = command.node.text
    if (command.operator === '.' && /\$PSScriptRoot/.test(text)) return
    const variable =
      command.operator === '&' ? /^&\s*\$((?:script:)?[A-Za-z]+Exe)\b/.exec(text)?.[1] : undefined
    const program = variable === undefined ? undefined : this.#programIn(variable)
    if (program !== undefined && this.#allowed.programs.has(program)) return
    const what = program ?? text.split('\n')[0]?.slice(0, 60)
    this.#add('forbidden', command.line, `what runs is computed, or no listed program: ${what}`)
  }

  /** The one program whose path a variable holds: `$xExe = Join-Path -Path … -ChildPath '…x.exe'`. */
  #programIn(variable: string): string | undefined {
    const name = variable.replace(/^script:/, '')
    const assigned = [...this.#root.text.matchAll(new RegExp(`\\$(?:script:)?${name}\\s*=[^=](.*)`, 'gi'))]
    const paths = assigned.map(
      ([, value = '']) => /^Join-Path\s.*-ChildPath\s+'(?:[^']*\\)?([^'\\]+)'\s*$/i.exec(value.trim())?.[1],
    )
    return new Set(paths).size === 1 ? paths[0]?.toLowerCase() : undefined
  }

  #bound(command: Command, cmdlet: Cmdlet, scope: Scope): void {
    const { given, problems } = bind(command, cmdlet, (name) => this.#splat(name, command.node))
    const own = this.#functions.get(cmdlet.name.toLowerCase())
    if (own)
      for (const [parameter, value] of given)
        this.#learning.learnt.calledWith(own, parameter, this.#typeOfValue(value, scope))
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

  #typeOfValue(value: Value | true, scope: Scope): string | undefined {
    if (value === true || value.kind === 'literal') return undefined
    return value.kind === 'variable' ? scope.get(value.name) : this.#types.typeOf(value.node, scope)
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
