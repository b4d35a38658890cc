import type { Inventory } from '../../domain/fleet.ts'
import type { ImportNote, ImportNoteCode } from '../api/imports.ts'
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

/** What was assumed and left out. */
export function notesOn(facts: NoteFacts): ImportNote[] {
  const { table, drafts, inventory, merged, others } = facts
  const count = (is: (draft: Draft) => boolean): number => drafts.filter(is).length
  const without = (column: ColumnKey): number => count(({ row }) => row.cells[column] === undefined)
  const unread = table.headings.filter(
    ({ heading, meaning }) => meaning === undefined && heading !== '',
  ).length
  const loose = inventory.servers.filter(({ kind, runsOn }) => kind === 'vm' && runsOn === undefined).length
  const fromName = count(({ explicitClient, patterned }) => !explicitClient && patterned)
  const given = count(({ explicitClient, patterned }) => !explicitClient && !patterned)
  const counted: [code: ImportNoteCode, count: number, more?: ImportNote['params']][] = [
    ['linesAbove', table.above],
    ['columnsUnread', unread],
    ['notServers', others],
    ['rowsMerged', merged],
    ['clientFromName', fromName],
    ['clientGiven', given, { client: facts.clientOfAll ?? '' }],
    ['roleFromName', without('role')],
    ['hostUnknown', loose],
    ['probesGiven', inventory.servers.filter(({ probes }) => probes !== undefined).length],
  ]
  const zone: ImportNote[] =
    drafts.length > 0 && without('zone') === drafts.length
      ? [{ code: 'zoneAssumed', params: { zone: facts.defaultZone } }]
      : []
  const said = counted
    .filter(([, number]) => number > 0)
    .map(([code, number, more]) => ({ code, params: { count: number, ...more } }))
  return [...zone, ...said, ...domainNote(drafts)]
}

const mostDomains = 5

function domainNote(drafts: readonly Draft[]): ImportNote[] {
  const domains = new Map<string, number>()
  for (const { domain } of drafts) if (domain) domains.set(domain, (domains.get(domain) ?? 0) + 1)
  if (domains.size === 0) return []
  const named = [...domains].sort((a, b) => b[1] - a[1]).slice(0, mostDomains)
  const list = named.map(([domain, count]) => `${domain} (${count})`).join(', ')
  const more = domains.size > mostDomains ? { more: domains.size - mostDomains } : {}
  return [{ code: 'domainsTakenOff', params: { domains: list, ...more } }]
}
