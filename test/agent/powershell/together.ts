import { posix } from 'node:path'
import type { CmdletContracts } from './contracts.ts'
import type { Finding } from './findings.ts'
import type { Functions } from './functions.ts'
import { withLoaded, type Parsed } from './loads.ts'
import { moduleProblems, strayOutputs, swallowed, taskProblems, type Problem } from './structure.ts'

/** Modules that a Windows Server may lack: what uses them looks for them first. */
const optionalModules = new Set([
  'Hyper-V',
  'BitLocker',
  'RemoteDesktop',
  'DeliveryOptimization',
  'WindowsServerBackup',
  'ServerManager',
  'FailoverClusters',
  'Veeam.Backup.PowerShell',
])
const looksFor = /^(test-atlascommand|get-command|get-module)$/i

/** Scripts as they load each other. */
export class Together {
  readonly #all: ReadonlyMap<string, Parsed>
  /** What each one loads, itself first. */
  readonly #loaded: ReadonlyMap<Parsed, readonly Parsed[]>
  readonly #calls: ReadonlyMap<Parsed, ReadonlySet<string>>

  constructor(scripts: readonly Parsed[]) {
    this.#all = new Map(scripts.map((script) => [script.file, script]))
    this.#loaded = new Map(scripts.map((script) => [script, withLoaded(script, this.#all)]))
    this.#calls = new Map(
      scripts.map((script) => [
        script,
        new Set(script.commands.map(({ name }) => name?.toLowerCase() ?? '')),
      ]),
    )
  }

  /** Own functions win over loaded ones. */
  functionsFor(script: Parsed): Functions {
    const others = this.#scopeOf(script).filter((other) => other !== script)
    return new Map([...others, script].flatMap(({ functions }) => [...functions]))
  }

  problemsOf(script: Parsed, contracts: CmdletContracts): Finding[] {
    const problems = [
      ...taskProblems(script),
      ...moduleProblems(script),
      ...strayOutputs(script),
      ...swallowed(script),
      ...this.#loads(script),
      ...this.#unused(script),
      ...this.#unguarded(script, contracts),
    ]
    return problems.map((problem) => ({ ...problem, file: script.file }))
  }

  /** What runs in one process with it: what it loads and, for a part, what loads it. A module stands alone. */
  #scopeOf(script: Parsed): Parsed[] {
    const own = this.#loaded.get(script) ?? [script]
    if (script.file.endsWith('.psm1')) return [...own]
    const loaders = [...this.#loaded.values()].filter((scope) => scope.includes(script))
    return [...new Set([own, ...loaders].flat())]
  }

  /** Of a module: all that load it and what they load beside it; none for one that is a whole by itself. */
  #usersOf(module: Parsed): Parsed[] {
    const scopes = [...this.#loaded].filter(([loader, scope]) => loader !== module && scope.includes(module))
    return scopes.flatMap(([, scope]) => scope)
  }

  /** The agent checks the hashes of a task's own folder and of `powershell`, and of nothing else, before it runs. */
  #loads({ file, loads }: Parsed): Problem[] {
    const [, own] = /^(agent\/tasks\/[^/]+)\//.exec(file) ?? []
    return loads.flatMap((load): Problem[] => {
      const isHashed = own === undefined || [own, 'agent/powershell'].includes(posix.dirname(load.file))
      if (this.#all.has(load.file) && isHashed) return []
      const message = isHashed
        ? `there is no ${load.file} to load`
        : `${load.file} is loaded without its hash being checked`
      return [{ rule: 'structure', line: load.line, message }]
    })
  }

  #unused(script: Parsed): Problem[] {
    const users = script.file.endsWith('.psm1') ? this.#usersOf(script) : this.#scopeOf(script)
    if (users.length === 0) return []
    const called = new Set(users.flatMap((user) => [...(this.#calls.get(user) ?? [])]))
    return [...script.functions]
      .filter(([name]) => !called.has(name))
      .map(([, { name, line }]) => ({ rule: 'unused', line, message: `nobody calls ${name}` }))
  }

  #unguarded(script: Parsed, contracts: CmdletContracts): Problem[] {
    const looked = new Set(this.#scopeOf(script).flatMap(lookedFor))
    const isGuarded = (module: string): boolean =>
      looked.has(module.toLowerCase()) ||
      [...looked].some((name) => contracts.cmdlets.get(name)?.module === module)
    return script.commands.flatMap(({ name = '', line }): Problem[] => {
      const module = contracts.cmdlets.get(name.toLowerCase())?.module
      if (module === undefined || !optionalModules.has(module) || isGuarded(module)) return []
      return [{ rule: 'unguarded', line, message: `${name}: nobody looks whether ${module} is there` }]
    })
  }
}

/** Names of cmdlets and modules that a script asks for before it relies on them, in lower case. */
function lookedFor({ commands }: Parsed): string[] {
  return commands
    .filter(({ name = '' }) => looksFor.test(name))
    .flatMap(({ tokens }) =>
      tokens.flatMap((token) =>
        token.kind === 'value' && token.value.kind === 'literal' ? [token.value.text.toLowerCase()] : [],
      ),
    )
}
