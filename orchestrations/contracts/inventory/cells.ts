import type { Client, Role, ServerKind } from '../../domain/fleet.ts'
import { RingNumber } from '../../domain/ids.ts'
import { roleOf } from '../../domain/hostname.ts'
import type { HealthProbe } from '../../domain/probes.ts'
import { isZone } from '../../domain/zones.ts'
import type { InventoryFaultCode } from '../api/faults.ts'
import { plain, type ColumnKey } from './columns.ts'
import type { Heading } from './headings.ts'
import { classOfSystem, classOfWord, kindOfWord } from './machines.ts'
import { short, type FaultParams, type Problems } from './problems.ts'
import { readProbes } from './probeText.ts'
import { spellingOf, type Row } from './table.ts'
import { readFreezeDates, readWindows, type Read } from './windowText.ts'

const ringWords: readonly (readonly string[])[] = [
  ['0', 'internal', 'interne'],
  ['1', 'pilot', 'pilote'],
  ['2', 'standard'],
  ['3', 'critical', 'critique'],
]

/** What a row says of its client, as far as it says anything. */
export type ClientCells = Partial<
  Pick<Client, 'ring' | 'zone' | 'windows' | 'freezeDates' | 'maxParallelServers' | 'priority' | 'contact'>
>

/** Reads single cells; what cannot be read is refused and left out. */
export class Cells {
  readonly #headings: readonly Heading[]
  readonly #problems: Problems
  /** Many rows say the same, and windows and zones take long to read. */
  readonly #windowTexts = new Map<string, Read<Client['windows']>>()
  readonly #freezeTexts = new Map<string, Read<string[]>>()
  readonly #probeTexts = new Map<string, Read<HealthProbe[]>>()
  readonly #zones = new Map<string, boolean>()
  readonly #machineTexts = new Map<string, boolean>()

  constructor(headings: readonly Heading[], problems: Problems) {
    this.#headings = headings
    this.#problems = problems
  }

  refuse(row: Row, key: ColumnKey, code: InventoryFaultCode, params: FaultParams = {}): undefined {
    this.#problems.add(row.line, this.heading(key), code, params)
  }

  /** The heading under which a column's cells stand. */
  heading(key: ColumnKey): string {
    return spellingOf(this.#headings, key)
  }

  /** Whether the row is already refused. */
  isRefused(row: Row): boolean {
    return this.#problems.has(row.line)
  }

  /** Whether the column is one of ATLAS's own: another tool's may name what this inventory doesn't have. */
  isOwn(key: ColumnKey): boolean {
    return this.#headings.some(({ meaning, rank }) => meaning === key && rank === 0)
  }

  /** Whether the row tells of something else than a Windows server: by its class, or by its operating system. */
  isOther({ cells: { deviceClass, kind, role, os } }: Row): boolean {
    return this.#once(this.#machineTexts, [deviceClass, kind, role, os].join('\n'), () => {
      const words = [deviceClass, kind, role].flatMap((text) =>
        text === undefined ? [] : (classOfWord(text) ?? []),
      )
      return words.includes('other') || (os !== undefined && classOfSystem(os) === 'other')
    })
  }

  role(row: Row): Role | undefined {
    return this.#read(row, 'role', (text) => {
      const role = roleOf(text)
      // What other tools call a role may be "Windows Server": that is no role, and no mistake.
      if (role !== undefined || classOfWord(text) === 'server' || !this.isOwn('role')) return role
      return this.refuse(row, 'role', 'unknownRole', { text: short(text) })
    })
  }

  kind(row: Row): ServerKind | undefined {
    return this.#read(row, 'kind', (text) => {
      const found = kindOfWord(text)
      if (found !== undefined || classOfWord(text) === 'server') return found
      return this.refuse(row, 'kind', 'unknownKind', { text: short(text) })
    })
  }

  order(row: Row): number | undefined {
    return this.#integer(row, 'order', 1, 10_000)
  }

  probes(row: Row): HealthProbe[] | undefined {
    return this.#read(row, 'probes', (text) => {
      const read = this.#once(this.#probeTexts, text, () => readProbes(text))
      return read.ok ? read.value : this.refuse(row, 'probes', read.code, read.params)
    })
  }

  /** A short text; `most` is the contract's limit. */
  text(row: Row, key: ColumnKey, most: number): string | undefined {
    return this.#read(row, key, (text) => {
      const line = text.replaceAll(/\s+/g, ' ')
      if (line.length <= most) return line
      return this.refuse(row, key, 'tooLong', { text: short(text), length: line.length, most })
    })
  }

  ofClient(row: Row): ClientCells {
    return withoutUndefined({
      ring: this.#ring(row),
      zone: this.#zone(row),
      windows: this.#windows(row),
      freezeDates: this.#freezeDates(row),
      maxParallelServers: this.#integer(row, 'maxParallel', 1, 20),
      priority: this.#integer(row, 'priority', 0, 1000),
      contact: this.text(row, 'contact', 200),
    })
  }

  #ring(row: Row): RingNumber | undefined {
    return this.#read(row, 'ring', (text) => {
      const word = plain(text).replace(/^(?:ring|anneau|cercle|vague)/, '')
      const ring = ringWords.findIndex((words) => words.includes(word) || words.join('') === word)
      if (ring < 0) return this.refuse(row, 'ring', 'unknownRing', { text: short(text) })
      return RingNumber.parse(ring)
    })
  }

  #zone(row: Row): string | undefined {
    return this.#read(row, 'zone', (text) => {
      const known = this.#once(this.#zones, text, () => text.length <= 60 && isZone(text))
      return known ? text : this.refuse(row, 'zone', 'unknownZone', { text: short(text) })
    })
  }

  #windows(row: Row): Client['windows'] | undefined {
    return this.#read(row, 'window', (text) => {
      const read = this.#once(this.#windowTexts, text, () => readWindows(text))
      return read.ok ? read.value : this.refuse(row, 'window', read.code, read.params)
    })
  }

  #freezeDates(row: Row): string[] | undefined {
    return this.#read(row, 'freeze', (text) => {
      const read = this.#once(this.#freezeTexts, text, () => readFreezeDates(text))
      return read.ok ? read.value : this.refuse(row, 'freeze', read.code, read.params)
    })
  }

  #integer(row: Row, key: ColumnKey, least: number, most: number): number | undefined {
    return this.#read(row, key, (text) => {
      const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
      if (value >= least && value <= most) return value
      return this.refuse(row, key, 'invalidNumber', { text: short(text), least, most })
    })
  }

  #once<T>(known: Map<string, T>, text: string, read: () => T): T {
    const before = known.get(text)
    if (before !== undefined) return before
    const value = read()
    known.set(text, value)
    return value
  }

  #read<T>(row: Row, key: ColumnKey, read: (text: string) => T | undefined): T | undefined {
    const text = row.cells[key]
    return text === undefined ? undefined : read(text)
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
