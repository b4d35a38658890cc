import { parse as oracle } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { parseInventory, writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { readCell } from '../../../orchestrations/contracts/inventory/cellText.ts'
import { readRecords, separators } from '../../../orchestrations/contracts/inventory/records.ts'
import { csvCell } from '../../../orchestrations/contracts/csv.ts'
import { Server, type Inventory } from '../../../orchestrations/domain/fleet.ts'
import type { HealthProbe } from '../../../orchestrations/domain/probes.ts'

const options = { file: 'parc.csv', defaultZone: 'Europe/Paris' }
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

const utf16 = (text: string, little: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < text.length; index += 1)
    view.setUint16(index * 2, text.charCodeAt(index), little)
  return bytes
}
const encodings: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': (text) => new TextEncoder().encode(text),
  'UTF-8 with BOM': (text) => new TextEncoder().encode(`\u{FEFF}${text}`),
  'UTF-16 LE': (text) => utf16(text, true),
  'UTF-16 LE with BOM': (text) => utf16(`\u{FEFF}${text}`, true),
  'UTF-16 BE': (text) => utf16(text, false),
  'UTF-16 BE with BOM': (text) => utf16(`\u{FEFF}${text}`, false),
  'Windows-1252': (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0)),
}

/** Clients with names that have accents, signs, quotes and separators, within Windows-1252's Latin part. */
const clientName = fc
  .array(fc.constantFrom(...'abcdefXYZ019 éèàçüÖ\'"&;,|=@-._()'.split('')), { minLength: 1, maxLength: 20 })
  .map((signs) => signs.join('').replaceAll(/\s+/g, ' ').trim())
  .filter((name) => name !== '')

const probes: readonly HealthProbe[] = [
  { type: 'tcp', port: 1433 },
  { type: 'tcp', host: 'sql01.corp', port: 445 },
  { type: 'http', url: 'https://intranet/health?a=1,2&b="x"', status: 401 },
  { type: 'http', url: 'http://intranet' },
  { type: 'service', name: "MSSQL$SAGE, l'été" },
]
const probesOf = (index: number) => (index % 6 === 0 ? {} : { probes: probes.slice(0, index % 6) })

const arbitraryInventory: fc.Arbitrary<Inventory> = fc
  .record({ servers: fc.integer({ min: 1, max: 30 }), name: clientName })
  .map(({ servers, name }) => {
    const inventory = generatedInventory(servers, { oneRing: false })
    const clients = inventory.clients.map((client) => ({ ...client, name: `${name} ${client.name}` }))
    const probed = inventory.servers.map((server, index) => ({ ...server, ...probesOf(index) }))
    return { servers: probed, clients }
  })

describe('What writeInventoryCsv wrote', () => {
  test('reads back the same in any encoding, with any separator, line end and order of columns', () => {
    fc.assert(
      fc.property(
        arbitraryInventory,
        fc.constantFrom(...Object.keys(encodings)),
        fc.constantFrom(...separators),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        (inventory, encoding, separator, end, order, title) => {
          const text = writeInventoryCsv(inventory).replace('\u{FEFF}', '')
          const table = [...readRecords(text, ';')].map(({ cells }) => cells)
          const columns = (table[0] ?? []).map((_, index) => index)
          columns.sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0))
          const lines = table.map((row) => columns.map((column) => quote(row[column] ?? '')).join(separator))
          const all = [...(title ? ['"Inventory, 21/11/2026"', ''] : []), ...lines].join(end)
          const direct = parseInventory(new TextEncoder().encode(text), options)
          const bytes = (encodings[encoding] ?? (() => new Uint8Array()))(all)
          const result = parseInventory(bytes, options)
          expect(result.errors).toEqual([])
          expect(result.ok && result.inventory).toEqual(direct.ok && direct.inventory)
          const probesIn = ({ servers }: Inventory) => servers.map(({ host, probes: given }) => [host, given])
          expect(direct.ok && probesIn(direct.inventory)).toEqual(probesIn(inventory))
        },
      ),
      { numRuns: 150 },
    )
  })
  test('reads back the same for any text in a cell', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: 'grapheme' }).map((text) => text.normalize('NFC')),
        (text) => {
          const written = csvCell(text)
          const [record] = readRecords(`${written};x`, ';')
          const read = readCell(record?.cells[0] ?? '', 300)
          fc.pre('value' in read && !['-', '--', '–', '—', 'n/a', 'N/A'].includes(text.trim()))
          expect(read).toEqual({
            value: text.replaceAll(/^[\s\u200B-\u200F\u2060\uFEFF]+|[\s\u200B-\u200F\u2060\uFEFF]+$/g, ''),
          })
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('Records are those of another reader of CSV, wherever that one takes the text', () => {
  const text = fc
    .array(
      fc.constantFrom('a', 'é', ' ', ';', ';', '"', '""', '"x"', '"a;b"', '"l1\nl2"', '\n', '\r\n', ';;'),
      {
        maxLength: 30,
      },
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (csv) => {
      let expected: string[][]
      try {
        expected = oracle(csv, {
          delimiter: ';',
          record_delimiter: ['\r\n', '\n'],
          relax_column_count: true,
          skip_empty_lines: false,
        })
      } catch {
        return
      }
      expect([...readRecords(csv, ';')].map(({ cells }) => cells)).toEqual(expected)
    }),
    { numRuns: 3_000 },
  )
})

describe('Any bytes', () => {
  /** Throws when servers aren't what they should be. */
  const isSane = (bytes: Uint8Array, skipInvalid: boolean): boolean => {
    const result = parseInventory(bytes, { ...options, skipInvalid, client: 'Given' })
    if (!result.ok) return result.errorCount > 0 && result.errors.length > 0
    for (const server of result.inventory.servers) Server.parse(server)
    const ids = new Set(result.inventory.servers.map(({ serverId }) => serverId))
    const owners = new Set(result.inventory.clients.map(({ clientId }) => clientId))
    const whole = result.inventory.servers.every(
      ({ clientId, runsOn, backupServer, partner }) =>
        owners.has(clientId) &&
        [runsOn, backupServer, partner].every((id) => id === undefined || ids.has(id)),
    )
    return whole && ids.size === result.inventory.servers.length && (skipInvalid || result.errorCount === 0)
  }
  test('are refused or give a whole inventory, and never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, skip) => {
        expect(isSane(bytes, skip)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
  test('mutated from an inventory too, with invalid rows left out or not', () => {
    const bytes = new TextEncoder().encode(writeInventoryCsv(generatedInventory(15, { oneRing: false })))
    const mutation = fc.record({
      at: fc.nat(bytes.length - 1),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(34, 59, 44, 9, 10, 13, 61, 0)),
    })
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), fc.boolean(), (mutations, skip) => {
        const mutated = bytes.slice()
        for (const { at, byte } of mutations) mutated[at] = byte
        expect(isSane(mutated, skip)).toBe(true)
      }),
      { numRuns: 600 },
    )
  })
})
