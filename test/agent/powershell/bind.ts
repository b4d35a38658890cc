import type { Cmdlet, Parameter, ParameterSet } from './contracts.ts'
import type { Command, Value } from './commands.ts'

/** Every advanced function and cmdlet has them. Source: about_CommonParameters. */
const common = new Map(
  [
    'Verbose',
    'Debug',
    'ErrorAction',
    'WarningAction',
    'InformationAction',
    'ErrorVariable',
    'WarningVariable',
    'InformationVariable',
    'OutVariable',
    'OutBuffer',
    'PipelineVariable',
  ].map((name) => [name.toLowerCase(), name]),
)
const commonSwitches = new Set(['Verbose', 'Debug'])
const actions = ['SilentlyContinue', 'Stop', 'Continue', 'Ignore', 'Inquire', 'Suspend']

export interface Bound {
  /** Canonical name → value; `true` for a switch without one. */
  readonly given: ReadonlyMap<string, Value | true>
  readonly problems: readonly {
    readonly rule: 'unknownParameter' | 'parameterSet' | 'enumValue'
    readonly message: string
  }[]
}

/** What a splatted variable holds, when the script says it in one literal. */
export type Splats = (name: string) => ReadonlyMap<string, Value> | undefined

/** Binds a command's arguments as PowerShell would, but for abbreviated names, which are refused. */
export function bind(command: Command, cmdlet: Cmdlet, splats: Splats): Bound {
  const problems: Bound['problems'][number][] = []
  const given = new Map<string, Value | true>()
  const positional: Value[] = []
  const unknown = (name: string) =>
    problems.push({ rule: 'unknownParameter', message: `${cmdlet.name} has no parameter -${name}` })
  let open = false

  const { tokens } = command
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    if (token.kind === 'value') positional.push(token.value)
    else if (token.kind === 'splat') {
      const entries = splats(token.name)
      if (entries === undefined) open = true
      for (const [name, value] of entries ?? []) {
        const known = canonical(cmdlet, name)
        if (known === undefined) unknown(name)
        else given.set(known, value)
      }
    } else {
      const known = canonical(cmdlet, token.name)
      const next = tokens[index + 1]
      const takesValue = known === undefined ? token.joined : !isSwitch(cmdlet, known) || token.joined
      const value = takesValue && next?.kind === 'value' ? next.value : undefined
      if (value !== undefined) index++
      if (known === undefined) unknown(token.name)
      else given.set(known, value ?? true)
    }
  }
  problems.push(...wrongValues(cmdlet, given))
  if (!open && problems.length === 0) problems.push(...wrongSet(command, cmdlet, given, positional))
  return { given, problems }
}

function canonical(cmdlet: Cmdlet, name: string): string | undefined {
  const wanted = name.toLowerCase()
  const own = Object.entries(cmdlet.parameters).find(
    ([known, { aliases = [] }]) =>
      known.toLowerCase() === wanted || aliases.some((alias) => alias.toLowerCase() === wanted),
  )
  return own?.[0] ?? common.get(wanted)
}

function isSwitch(cmdlet: Cmdlet, name: string): boolean {
  return cmdlet.parameters[name]?.type === 'SwitchParameter' || commonSwitches.has(name)
}

function wrongValues(cmdlet: Cmdlet, given: Bound['given']): Bound['problems'] {
  return [...given].flatMap(([name, value]) => {
    const allowed =
      name.endsWith('Action') && common.has(name.toLowerCase()) ? actions : cmdlet.parameters[name]?.values
    if (allowed === undefined || value === true || value.kind !== 'literal') return []
    if (allowed.some((one) => one.toLowerCase() === value.text.toLowerCase())) return []
    const message = `${cmdlet.name} -${name} takes no '${value.text}', but ${allowed.slice(0, 12).join(', ')}`
    return [{ rule: 'enumValue' as const, message }]
  })
}

/** One set must hold all that is given and get all that it needs, by name, place or pipeline. */
function wrongSet(
  command: Command,
  cmdlet: Cmdlet,
  given: Bound['given'],
  positional: readonly Value[],
): Bound['problems'] {
  const names = [...given.keys()].filter((name) => !common.has(name.toLowerCase()))
  const reasons = cmdlet.parameterSets.map((set) => misfit(set, cmdlet, names, positional.length, command))
  if (reasons.includes(undefined)) return []
  const said = reasons.map((reason, index) => `${cmdlet.parameterSets[index]?.name}: ${reason}`)
  return [{ rule: 'parameterSet', message: `${cmdlet.name} fits no parameter set (${said.join('; ')})` }]
}

function misfit(
  set: ParameterSet,
  cmdlet: Cmdlet,
  names: readonly string[],
  places: number,
  command: Command,
): string | undefined {
  const foreign = names.find((name) => !belongs(set, name, cmdlet.parameters[name]))
  if (foreign !== undefined) return `-${foreign} isn't in it`
  const free = set.positional.filter((name) => !names.includes(name))
  if (places > free.length) return `it has ${free.length} places for ${places} values`
  const filled = new Set([...names, ...free.slice(0, places)])
  const missing = set.mandatory.filter((name) => !filled.has(name))
  const [first, ...others] = missing
  if (first === undefined) return undefined
  const piped = command.pipedFrom !== undefined && missing.every((name) => cmdlet.parameters[name]?.pipeline)
  return piped && others.length <= 1 ? undefined : `-${first} is missing`
}

const belongs = (set: ParameterSet, name: string, parameter: Parameter | undefined): boolean =>
  set.params.includes(name) || parameter?.sets?.includes(set.name) === true
