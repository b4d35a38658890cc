import type { Client, Role, ServerKind } from '../../domain/fleet.ts'
import { RingNumber } from '../../domain/ids.ts'
import { roleOf } from '../../domain/hostname.ts'
import { isZone } from '../../domain/zones.ts'
import { plain, type ColumnKey } from './columns.ts'
import { quoted, type InventoryErrorCode, type Problems } from './problems.ts'
import type { Row, Table } from './table.ts'
import { readFreezeDates, readWindows } from './windowText.ts'

const ringWords: readonly (readonly string[])[] = [
  ['0', 'internal', 'interne', 'ring0', 'anneau0'],
  ['1', 'pilot', 'pilote', 'ring1', 'anneau1'],
  ['2', 'standard', 'ring2', 'anneau2'],
  ['3', 'critical', 'critique', 'ring3', 'anneau3'],
]
const kindWords: Readonly<Record<ServerKind, readonly string[]>> = {
  hyperVHost: ['hypervhost', 'host', 'hote', 'hyperv', 'hyperviseur', 'hypervisor', 'hotehyperv'],
  vm: ['vm', 'virtual', 'virtualmachine', 'virtuel', 'virtuelle', 'machinevirtuelle', 'guest'],
  physical: ['physical', 'physique', 'baremetal'],
}

/** What a row says of its client, as far as it says anything. */
export type ClientCells = Partial<
  Pick<Client, 'ring' | 'zone' | 'windows' | 'freezeDates' | 'maxParallelServers' | 'priority' | 'contact'>
>

/** Reads single cells; what cannot be read is refused and left out. */
export class Cells {
  readonly #table: Table
  readonly #problems: Problems

  constructor(table: Table, problems: Problems) {
    this.#table = table
    this.#problems = problems
  }

  refuse(row: Row, key: ColumnKey, code: InventoryErrorCode, message: string, fix: string): undefined {
    this.#problems.add(row.line, this.#table.spelling.get(key) ?? key, code, message, fix)
  }

  role(row: Row): Role | undefined {
    return this.#read(row, 'role', (text) => {
      const fix =
        'Use DC, SQL, RDS, FILE, APP, WEB, EXCHANGE, PRINT, BACKUP, HYPERV or OTHER, or leave it blank.'
      return roleOf(text) ?? this.refuse(row, 'role', 'unknownRole', `${quoted(text)} is no role.`, fix)
    })
  }

  kind(row: Row): ServerKind | undefined {
    return this.#read(row, 'kind', (text) => {
      const found = Object.entries(kindWords).find(([, words]) => words.includes(plain(text)))
      const fix = 'Use hyperVHost, vm or physical, or leave it blank.'
      if (!found) return this.refuse(row, 'kind', 'unknownKind', `${quoted(text)} is no kind of server.`, fix)
      return found[0] as ServerKind
    })
  }

  order(row: Row): number | undefined {
    return this.#integer(row, 'order', 1, 10_000)
  }

  /** A short text; `most` is the contract's limit. */
  text(row: Row, key: ColumnKey, most: number): string | undefined {
    return this.#read(row, key, (text) => {
      const line = text.replaceAll(/\s+/g, ' ')
      const message = `${quoted(text)} has ${line.length} characters, more than ${most}.`
      return line.length <= most ? line : this.refuse(row, key, 'tooLong', message, 'Shorten it.')
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
      const ring = ringWords.findIndex((words) => words.includes(plain(text)))
      const fix = 'Use 0 internal, 1 pilot, 2 standard or 3 critical.'
      if (ring < 0) return this.refuse(row, 'ring', 'unknownRing', `${quoted(text)} is no ring.`, fix)
      return RingNumber.parse(ring)
    })
  }

  #zone(row: Row): string | undefined {
    return this.#read(row, 'zone', (text) => {
      const fix = 'Use an IANA name such as Europe/Paris or Indian/Reunion.'
      const known = text.length <= 60 && isZone(text)
      return known ? text : this.refuse(row, 'zone', 'unknownZone', `${quoted(text)} is no time zone.`, fix)
    })
  }

  #windows(row: Row): Client['windows'] | undefined {
    return this.#read(row, 'window', (text) => {
      const read = readWindows(text)
      const fix = 'Write days, start and length, for example "SA,SU 00:00 24h", "FRI 22:00 6h" or "weekend".'
      return read.ok ? read.value : this.refuse(row, 'window', 'unparsableWindow', `${read.why}.`, fix)
    })
  }

  #freezeDates(row: Row): string[] | undefined {
    return this.#read(row, 'freeze', (text) => {
      const read = readFreezeDates(text)
      const fix = 'Write dates as 2026-12-24 or 24/12/2026, ranges with "..", joined by |.'
      return read.ok ? read.value : this.refuse(row, 'freeze', 'unparsableDate', `${read.why}.`, fix)
    })
  }

  #integer(row: Row, key: ColumnKey, least: number, most: number): number | undefined {
    return this.#read(row, key, (text) => {
      const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
      if (value >= least && value <= most) return value
      const message = `${quoted(text)} is no whole number from ${least} to ${most}.`
      return this.refuse(row, key, 'invalidNumber', message, `Write one, or leave it blank.`)
    })
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
