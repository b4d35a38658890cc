import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Parameter = z.object({
  type: z.string().optional(),
  /** Sets that it belongs to; absent = all. */
  sets: z.array(z.string()).optional(),
  aliases: z.array(z.string()).optional(),
  pipeline: z.array(z.string()).optional(),
  values: z.array(z.string()).optional(),
})
export type Parameter = z.infer<typeof Parameter>

const ParameterSet = z.object({
  name: z.string(),
  params: z.array(z.string()).default([]),
  mandatory: z.array(z.string()).default([]),
  positional: z.array(z.string()).default([]),
})
export type ParameterSet = z.infer<typeof ParameterSet>

const Cmdlet = z.object({
  parameterSets: z.array(ParameterSet),
  parameters: z.record(z.string(), Parameter),
  outputs: z.array(z.string()).default([]),
  confirmImpact: z.string().optional(),
})
export type Cmdlet = z.infer<typeof Cmdlet> & { readonly name: string; readonly module: string }

const Members = z.object({
  /** Property → its type's name, where it is known. */
  properties: z.record(z.string(), z.string()),
  methods: z.record(z.string(), z.string()).default({}),
})
export type Members = z.infer<typeof Members>

const Contracts = z.object({
  cmdlets: z.record(z.string(), z.record(z.string(), Cmdlet)),
  types: z.record(z.string(), Members),
  /** `New-Object -ComObject` → type. */
  progIds: z.record(z.string(), z.string()),
  /** Types whose values ConvertTo-Json of 5.1 writes as numbers. */
  enums: z.array(z.string()),
})

export interface CmdletContracts {
  /** By lower-case name. */
  readonly cmdlets: ReadonlyMap<string, Cmdlet>
  /** By lower-case name, with and without namespace. */
  readonly types: ReadonlyMap<string, Members>
  readonly progIds: ReadonlyMap<string, string>
  /** Lower case. */
  readonly enums: ReadonlySet<string>
}

const folder = join(import.meta.dirname, '../../fixtures/cmdlets')

/** Contracts of the cmdlets that agent scripts may use, taken from their reference pages and reflected modules. */
export function readContracts(): CmdletContracts {
  const raw = Contracts.parse(JSON.parse(readFileSync(join(folder, 'contracts.json'), 'utf8')))
  const cmdlets = new Map<string, Cmdlet>()
  for (const [module, members] of Object.entries(raw.cmdlets))
    for (const [name, cmdlet] of Object.entries(members))
      cmdlets.set(name.toLowerCase(), { ...cmdlet, name, module })
  const types = new Map<string, Members>()
  for (const [name, members] of Object.entries(raw.types)) {
    types.set(name.toLowerCase(), members)
    types.set(name.slice(name.lastIndexOf('.') + 1).toLowerCase(), members)
  }
  return {
    cmdlets,
    types,
    enums: new Set(raw.enums.map((name) => name.toLowerCase())),
    progIds: new Map(Object.entries(raw.progIds).map(([id, type]) => [id.toLowerCase(), type])),
  }
}
