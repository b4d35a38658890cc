import type { Inventory } from '../../domain/fleet.ts'
import type { ColumnKey } from './columns.ts'
import type { Draft } from './rows.ts'
import type { Table } from './table.ts'

export interface NoteFacts {
  readonly table: Table
  readonly drafts: readonly Draft[]
  readonly inventory: Inventory
  readonly defaultZone: string
  readonly clientOfAll: string | undefined
  /** Rows that are left out because they tell of no Windows server. */
  readonly others: number
  readonly merged: number
}

/** What was assumed and left out, for people to read. */
export function notesOn(facts: NoteFacts): string[] {
  const { table, drafts, inventory, merged, others } = facts
  const count = (is: (draft: Draft) => boolean): number => drafts.filter(is).length
  const without = (column: ColumnKey): number => count(({ row }) => row.cells[column] === undefined)
  const unread = table.headings.filter(
    ({ heading, meaning }) => meaning === undefined && heading !== '',
  ).length
  const loose = inventory.servers.filter(({ kind, runsOn }) => kind === 'vm' && runsOn === undefined).length
  const fromName = count(({ explicitClient, patterned }) => !explicitClient && patterned)
  const given = count(({ explicitClient, patterned }) => !explicitClient && !patterned)
  const notes: [count: number, one: string, many: string][] = [
    [table.above, 'line above the headings was not read', 'lines above the headings were not read'],
    [unread, 'column was not read', 'columns were not read'],
    [others, `row was left out: ${notServers('it tells')}`, `rows were left out: ${notServers('they tell')}`],
    [merged, 'row repeats a server: each is one', 'rows repeat a server: each is one'],
    [fromName, ...both('the client was read from the host name')],
    [given, ...both(`the client is the one given for all, ${facts.clientOfAll ?? ''}`)],
    [without('role'), ...both('the role was read from the host name, or is "other"')],
    [
      loose,
      'VM names no host of this file that it runs on: no checkpoint can be taken of it',
      'VMs name no host of this file that they run on: no checkpoint can be taken of them',
    ],
  ]
  const zone =
    drafts.length > 0 && without('zone') === drafts.length
      ? [`no time zone is given: ${facts.defaultZone} for all`]
      : []
  const said = notes
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => `${number} ${number === 1 ? one : many}`)
  return [...zone, ...said, ...domainNote(drafts)]
}

const notServers = (tell: string) => `${tell} of workstations, Linux, macOS, ESXi or other devices`

const both = (text: string): [one: string, many: string] => [`server: ${text}`, `servers: ${text}`]

const mostDomains = 5

function domainNote(drafts: readonly Draft[]): string[] {
  const domains = new Map<string, number>()
  for (const { domain } of drafts) if (domain) domains.set(domain, (domains.get(domain) ?? 0) + 1)
  if (domains.size === 0) return []
  const named = [...domains].sort((a, b) => b[1] - a[1]).slice(0, mostDomains)
  const list = named.map(([domain, count]) => `${domain} (${count})`).join(', ')
  const more = domains.size > mostDomains ? ` and ${domains.size - mostDomains} more` : ''
  return [`the domain was taken off the host names: ${list}${more}`]
}
