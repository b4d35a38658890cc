import type { ServerId } from '../../domain/ids.ts'
import type { Cells } from './cells.ts'
import type { ColumnKey } from './columns.ts'
import { short, type FaultParams } from './problems.ts'
import type { Draft } from './rows.ts'
import { eachInSteps } from './steps.ts'

/**
 * A server that stands on several lines: lines that don't contradict each other are one, lines that do are all
 * refused. Host names differ only by more than case.
 */
export function* mergeDuplicates(
  drafts: readonly Draft[],
  cells: Cells,
): Generator<void, { drafts: Draft[]; merged: number }> {
  const byName = new Map<string, Draft>()
  const byId = new Map<ServerId, Draft>()
  let merged = 0
  yield* eachInSteps(drafts, (draft) => {
    const name = draft.host.toLowerCase()
    const same = byId.get(draft.serverId)
    const named = byName.get(name)
    if (!named) byName.set(name, draft)
    if (named && named.clientId !== draft.clientId && !mayShareName(named, draft))
      refuse(named, draft, 'hostOfTwoClients', cells)
    const contradiction = same && contradictionOf(same, draft)
    if (same && contradiction) {
      const { code, column } = contradiction
      refuse(same, draft, code, cells, column && { column: cells.heading(column) })
    } else if (same) {
      merged += 1
      byId.set(draft.serverId, union(same, draft))
    } else byId.set(draft.serverId, draft)
  })
  return { drafts: [...byId.values()], merged }
}

function mayShareName(a: Draft, b: Draft): boolean {
  return a.explicitClient && b.explicitClient && !a.patterned && !b.patterned
}

/** Both lines: neither is more right than the other. */
function refuse(
  first: Draft,
  again: Draft,
  code: Contradiction['code'] | 'hostOfTwoClients',
  cells: Cells,
  more: FaultParams = {},
): void {
  const say = (draft: Draft, other: Draft): void =>
    cells.refuse(draft.row, 'host', code, { host: short(draft.host), otherLine: other.row.line, ...more })
  if (!cells.isRefused(first.row)) say(first, again)
  say(again, first)
}

const compared = ['site', 'role', 'kind', 'order', 'os'] as const satisfies readonly ColumnKey[]
const asWritten = ['runsOn', 'backupServer', 'partner', 'probes'] as const satisfies readonly ColumnKey[]

interface Contradiction {
  readonly code: 'duplicateHost' | 'hostInTwoDomains'
  /** That says otherwise; the domain stands with the host name. */
  readonly column?: ColumnKey
}

function contradictionOf(a: Draft, b: Draft): Contradiction | undefined {
  const column =
    compared.find((field) => differ(a[field], b[field])) ??
    asWritten.find((key) => differ(a.row.cells[key], b.row.cells[key]))
  if (column) return { code: 'duplicateHost', column }
  return differ(a.domain, b.domain) ? { code: 'hostInTwoDomains' } : undefined
}

function differ(a: string | number | undefined, b: string | number | undefined): boolean {
  return a !== undefined && b !== undefined && String(a).toLowerCase() !== String(b).toLowerCase()
}

/** What either line says; of what both say, the first. */
function union(a: Draft, b: Draft): Draft {
  return {
    ...b,
    ...withoutBlanks(a),
    row: { line: a.row.line, cells: { ...b.row.cells, ...a.row.cells } },
    ofClient: { ...b.ofClient, ...a.ofClient },
  }
}

const withoutBlanks = (draft: Draft): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as unknown as Draft
