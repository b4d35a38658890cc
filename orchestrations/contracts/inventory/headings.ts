import { isHostName } from '../../domain/hostname.ts'
import { candidateOf, plain, type Candidate, type ColumnKey } from './columns.ts'
import type { TableRecord } from './records.ts'
import { short, type Problems } from './problems.ts'

/** One heading of the file and what it was taken for; undefined: not read. */
export interface Heading {
  readonly heading: string
  readonly meaning: ColumnKey | undefined
  /** 0: one of ATLAS's own headings, whose cells are held to the word; else of another tool. */
  readonly rank: number
}

export interface FoundHeadings {
  readonly headings: readonly Heading[]
  readonly line: number
  /** How many records come before the first server. */
  readonly skip: number
}

const mostAbove = 20
const longestHeading = 200
/** Of several columns with these meanings the best is read, and where it is blank the next. */
const withFallback = new Set<ColumnKey>(['host', 'os', 'deviceClass'])
/** Taken for the client where no better column names one: tools that have customers under these names. */
const insteadOfClient = new Set(
  ['site name', 'nom du site', 'machine group', 'groupe de machines', 'subscription', 'abonnement'].map(
    plain,
  ),
)

/**
 * Finds the heading line among the first twenty: the one with most headings that are known, one of them the
 * server's. A single column of host names needs none. Answers undefined, with a refusal, when there is none.
 */
export function findHeadings(sample: readonly TableRecord[], problems: Problems): FoundHeadings | undefined {
  let best: { index: number; score: number; headings: Heading[] } | undefined
  const rows = sample.flatMap((record, index) => (isBlank(record.cells) ? [] : [{ ...record, index }]))
  for (const { cells, index } of rows.slice(0, mostAbove)) {
    const headings = meaningsOf(cells)
    const score = headings.filter(({ meaning }) => meaning !== undefined).length
    const named = headings.some(({ meaning }) => meaning === 'host')
    if (named && score > (best?.score ?? 0)) best = { index, score, headings }
  }
  if (best) {
    const line = sample[best.index]?.line ?? 1
    refuseTwins(best.headings, line, problems)
    return { headings: best.headings, line, skip: best.index + 1 }
  }
  const [first] = rows
  if (first && rows.every(({ cells }) => isLoneHost(cells)))
    return { headings: [{ heading: '', meaning: 'host', rank: 0 }], line: first.line, skip: first.index }
  const seen = first?.cells
    .filter((cell) => cell.trim() !== '')
    .slice(0, 6)
    .map(short)
    .join(' | ')
  problems.add(first?.line ?? 1, '', 'missingHostColumn', seen === undefined ? {} : { seen })
  return undefined
}

/** How well a record would do as the heading line: what the separator is chosen by. */
export function headingScore(cells: readonly string[]): number {
  const headings = meaningsOf(cells)
  const known = headings.filter(({ meaning }) => meaning !== undefined).length
  return headings.some(({ meaning }) => meaning === 'host') ? known : 0
}

function meaningsOf(cells: readonly string[]): Heading[] {
  const texts = cells.map((cell) => cell.replaceAll('\uFEFF', '').trim().slice(0, longestHeading))
  while (texts.at(-1) === '') texts.pop()
  const plains = texts.map(plain)
  const candidates = texts.map((text, index) => inContext(candidateOf(text), plains[index] ?? '', plains))
  if (candidates.every((candidate) => candidate?.key !== 'host')) {
    const host = plains.indexOf('host')
    if (host >= 0) candidates[host] = { key: 'host', rank: 0 }
  }
  if (candidates.every((candidate) => candidate?.key !== 'client')) {
    const instead = plains.findIndex((text) => insteadOfClient.has(text))
    if (instead >= 0) candidates[instead] = { key: 'client', rank: 99 }
  }
  return texts.map((heading, index) => {
    const candidate = candidates[index]
    const read = candidate !== undefined && isRead(candidate, index, candidates)
    return { heading, meaning: read ? candidate.key : undefined, rank: candidate?.rank ?? 0 }
  })
}

/** Headings that mean something else beside certain others. */
function inContext(
  candidate: Candidate | undefined,
  heading: string,
  all: readonly string[],
): Candidate | undefined {
  // Hyper-V's Get-VM: the VM is VMName, and ComputerName the host on which it was found.
  if (heading === 'computername' && all.includes('vmname')) return { key: 'runsOn', rank: 1 }
  // SCVMM: HostName is the host, like VMHost, and ComputerName the guest's own name.
  if (heading === 'hostname' && all.includes('vmhost')) return { key: 'runsOn', rank: 2 }
  return candidate
}

function isRead(candidate: Candidate, index: number, all: readonly (Candidate | undefined)[]): boolean {
  if (withFallback.has(candidate.key)) return true
  return all.every((other, at) => {
    if (other?.key !== candidate.key || at === index) return true
    // Two of one rank are both shown: own headings that mean the same are refused below.
    return (
      other.rank > candidate.rank || (other.rank === candidate.rank && (candidate.rank === 0 || at > index))
    )
  })
}

/** Of two columns that say the same with equal right, no rule can tell which to believe. */
function refuseTwins(headings: readonly Heading[], line: number, problems: Problems): void {
  headings.forEach(({ heading, meaning, rank }, index) => {
    const first = headings.findIndex((other) => other.meaning === meaning && other.rank === rank)
    if (meaning === undefined || first === index) return
    const other = short(headings[first]?.heading ?? '')
    problems.add(line, heading, 'duplicateHeading', { text: short(heading), other })
  })
}

function isLoneHost(cells: readonly string[]): boolean {
  return cells.slice(1).every((cell) => cell.trim() === '') && isHostName((cells[0] ?? '').trim())
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '')
}
