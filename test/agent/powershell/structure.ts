import type { Node } from 'web-tree-sitter'
import { commandOf, type Command } from './commands.ts'
import type { Finding } from './findings.ts'
import type { Parsed } from './loads.ts'
import { childrenOf, descendants, innermost, lineOf } from './syntax.ts'

export type Problem = Omit<Finding, 'file'>

const ends = ['write-atlasdocument', 'write-atlasfailure', 'read-atlasinput']

/** Statements of a block, without comments. */
const statementsOf = (block: Node): Node[] =>
  childrenOf(block)
    .filter(({ type }) => type === 'statement_list')
    .flatMap((list) => childrenOf(list))
    .filter(({ type }) => type !== 'comment')

function commandNamed(node: Node | undefined): string | undefined {
  const inner = node && innermost(node)
  return inner?.type === 'command' ? commandOf(inner).name?.toLowerCase() : undefined
}

/** `agent/tasks/<kind>/<kind>.ps1`: one document in, exactly one out, whatever happens, and nothing else. */
export function taskProblems({ file, root, commands }: Parsed): Problem[] {
  const kind = /agent\/tasks\/([^/]+)\/\1\.ps1$/.exec(file)?.[1]
  if (kind === undefined) return []
  const problems: Problem[] = []
  const add = (line: number, message: string) => problems.push({ rule: 'structure', line, message })
  const statements = statementsOf(root)

  if (commandNamed(statements.at(-1)) !== 'write-atlasdocument')
    add(lineOf(statements.at(-1) ?? root), 'its last statement must be Write-AtlasDocument')
  for (const name of ends) {
    const count = commands.filter((command) => command.name?.toLowerCase() === name).length
    if (count !== 1) add(1, `${name} is called ${count} times, not once`)
  }
  const reads = commands.find(({ name }) => name?.toLowerCase() === 'read-atlasinput')
  if (reads && !reads.node.text.includes(`-Kind '${kind}'`)) add(reads.line, `it must read input of ${kind}`)
  if (!answersFailure(statements)) add(1, 'a top-level catch must call Write-AtlasFailure and exit 0')
  for (const statement of statements.slice(0, -1))
    if (prints(statement)) add(lineOf(statement), 'a top-level statement writes into the answer')
  return problems
}

function answersFailure(statements: readonly Node[]): boolean {
  const [last] = statements.filter(({ type }) => type === 'try_statement').slice(-1)
  const clauses = last ? [...descendants(last)].filter(({ type }) => type === 'catch_clause') : []
  return clauses.some((clause) => {
    const block = childrenOf(clause).find(({ type }) => type === 'statement_block')
    const [first, second] = block ? statementsOf(block) : []
    return commandNamed(first) === 'write-atlasfailure' && /^exit 0$/.test(second?.text ?? '')
  })
}

const silent = new Set(['set-strictmode', 'import-module', 'import-atlashyperv'])

/** Whether what a top-level statement answers goes to standard output. */
function prints(statement: Node): boolean {
  if (statement.type !== 'pipeline') return false
  const inner = innermost(statement)
  if (inner.type === 'assignment_expression') return false
  const command = inner.type === 'command' ? commandOf(inner) : undefined
  return command === undefined || (command.operator !== '.' && !silent.has(command.name?.toLowerCase() ?? ''))
}

/** Of those in use, the approved ones: Import-Module warns of any other, into the answer. Source: Get-Verb, 5.1. */
const approvedVerbs = new Set(
  (
    'Add Clear Close Enter Exit Find Get Join Lock Move New Open Pop Push Remove Rename Reset Search Select Set ' +
    'Show Split Step Switch Undo Unlock Watch Backup Compare Convert ConvertFrom ConvertTo Export Group Import ' +
    'Initialize Limit Merge Mount Out Publish Restore Save Sync Update Approve Assert Complete Confirm Deny ' +
    'Disable Enable Install Invoke Register Request Restart Resume Start Stop Submit Suspend Uninstall Unregister ' +
    'Wait Debug Measure Repair Resolve Test Trace Connect Disconnect Read Receive Send Write Block Grant Protect ' +
    'Revoke Unblock Unprotect Use Copy'
  ).split(' '),
)

/** Modules hand out what they say they do, and all of it carries ATLAS's name. */
export function moduleProblems({ file, root }: Parsed): Problem[] {
  if (!file.endsWith('.psm1')) return []
  const problems: Problem[] = []
  const statements = statementsOf(root)
  if (commandNamed(statements.at(-1)) !== 'export-modulemember')
    problems.push({ rule: 'structure', line: 1, message: 'a module must end with Export-ModuleMember' })
  for (const node of statements.filter(({ type }) => type === 'function_statement')) {
    const name = childrenOf(node).find(({ type }) => type === 'function_name')?.text ?? ''
    const [verb = '', noun = ''] = name.split('-')
    const ours = /^(Atlas|Lab)[A-Z]/.test(noun)
    if (ours && approvedVerbs.has(verb)) continue
    const wrong = ours
      ? `${name}: ${verb} is no approved verb, and Import-Module would print a warning`
      : `${name} would shadow another module's command: call it Verb-Atlas…`
    problems.push({ rule: 'structure', line: lineOf(node), message: wrong })
  }
  return problems
}

/** Methods whose answer nobody wants: as a statement of their own they write it into the function's. */
const answersInPassing = /^(add|insert|append|remove|removeat|send|set_item)$/i

/** Answers that slip into a function's result. */
export function strayOutputs({ nodes }: Parsed): Problem[] {
  return nodes
    .filter(({ type, parent }) => type === 'pipeline' && parent?.type === 'statement_list')
    .flatMap((statement): Problem[] => {
      const inner = innermost(statement)
      const member = inner.type === 'invokation_expression' ? childrenOf(inner)[1]?.text : undefined
      if (member === undefined || !answersInPassing.test(member)) return []
      return [
        { rule: 'strayOutput', line: lineOf(statement), message: `.${member}() answers: cast it to [void]` },
      ]
    })
}

/** Errors that nobody hears of: an empty catch, and an error action that lets a change fail in silence. */
export function swallowed({ nodes, commands }: Parsed): Problem[] {
  const clauses = nodes.filter(({ type }) => type === 'catch_clause').map((node) => emptyCatch(node))
  return [...clauses, ...commands.map((command) => ignoringChange(command))].filter(
    (one) => one !== undefined,
  )
}

function emptyCatch(clause: Node): Problem | undefined {
  const block = childrenOf(clause).find(({ type }) => type === 'statement_block')
  if (!block || statementsOf(block).length > 0) return undefined
  return { rule: 'swallowed', line: lineOf(clause), message: 'an empty catch swallows the error' }
}

function ignoringChange({ name = '', tokens, line }: Command): Problem | undefined {
  if (/^(get|test|measure|select|where|foreach|sort)-/i.test(name)) return undefined
  const at = tokens.findIndex((token) => token.kind === 'parameter' && /^erroraction$/i.test(token.name))
  const next = at === -1 ? undefined : tokens[at + 1]
  const action = next?.kind === 'value' && next.value.kind === 'literal' ? next.value.text : 'Stop'
  if (!/^(SilentlyContinue|Continue|Ignore)$/i.test(action)) return undefined
  return { rule: 'swallowed', line, message: `${name} fails without anybody hearing of it (${action})` }
}
