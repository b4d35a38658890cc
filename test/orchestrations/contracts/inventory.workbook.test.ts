import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import { readWorkbookApart } from '../../../functions/adapters/workbook.ts'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { parseInventory, writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { readRecords } from '../../../orchestrations/contracts/inventory/records.ts'
import { readWorkbook } from '../../../orchestrations/contracts/inventory/workbook.ts'

const options = { file: 'parc.xlsx', defaultZone: 'Europe/Paris' }
type Cell = { value: string | number | boolean | Date; type?: unknown; format?: string } | null

const text = (value: string): Cell => (value === '' ? null : { value, type: String })
async function workbook(...sheets: { name: string; rows: Cell[][] }[]): Promise<Uint8Array<ArrayBuffer>> {
  const all = sheets.map(({ name, rows }) => ({ sheet: name, data: rows }))
  return new Uint8Array(await writeXlsxFile(all as never).toBuffer())
}
async function csvOf(bytes: Uint8Array): Promise<string> {
  const reading = await readWorkbook(bytes, 'parc.xlsx')
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors))
  return new TextDecoder().decode(reading.csv)
}

describe('A workbook', () => {
  test('gives the inventory that was written into it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (servers) => {
        const csv = writeInventoryCsv(generatedInventory(servers, { oneRing: false }))
        const rows = [...readRecords(csv.replace('\u{FEFF}', ''), ';')].map(({ cells }) => cells.map(text))
        const read = parseInventory(
          new TextEncoder().encode(await csvOf(await workbook({ name: 'Parc', rows }))),
          options,
        )
        const direct = parseInventory(new TextEncoder().encode(csv), options)
        expect(read.ok && read.inventory).toEqual(direct.ok && direct.inventory)
      }),
      { numRuns: 15 },
    )
  })
  test('is read from the first sheet that has headings, with numbers, dates and booleans as text', async () => {
    const bytes = await workbook(
      { name: 'About', rows: [[text('Inventory of Friday')]] },
      {
        name: 'Parc & serveurs',
        rows: [
          ['Serveur', 'Anneau', 'Gel', 'Actif', 'Contact'].map(text),
          [
            text('A-B-DC1'),
            { value: 2, type: Number },
            { value: new Date(Date.UTC(2026, 11, 24)), type: Date, format: 'dd/mm/yyyy' },
            { value: true, type: Boolean },
            text('two\nlines, "quoted"'),
          ],
        ],
      },
    )
    const reading = await readWorkbook(bytes, 'parc.xlsx')
    expect(reading).toMatchObject({ ok: true, sheet: 'Parc & serveurs' })
    expect(await csvOf(bytes)).toBe(
      'Serveur,Anneau,Gel,Actif,Contact\nA-B-DC1,2,2026-12-24,true,"two lines, ""quoted"""',
    )
  })
  test('is read by the stored results of its formulas; a formula without one is refused where it stands', async () => {
    const bytes = await workbook({
      name: 'S',
      rows: [
        [text('server'), text('contact')],
        [text('A-B-DC1'), text('x')],
        [text('A-B-DC2'), { value: '=CONCATENATE("a",B2)', type: 'Formula' }],
      ],
    })
    const result = parseInventory(new TextEncoder().encode(await csvOf(bytes)), options)
    expect(result.errors).toMatchObject([{ line: 3, column: 'contact', code: 'formulaCell' }])
  })
  test.each([
    ['that is cut off', (bytes: Uint8Array) => bytes.slice(0, bytes.length - 40)],
    ['that is only a beginning', (bytes: Uint8Array) => bytes.slice(0, 200)],
    [
      'with a damaged middle',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at > 300 && at < 900 ? 7 : byte)),
    ],
  ])('%s is refused', async (_, damage) => {
    const bytes = await workbook({ name: 'S', rows: [[text('server')], [text('A-B-DC1')]] })
    expect(await readWorkbook(damage(bytes), 'parc.xlsx')).toMatchObject({
      ok: false,
      errors: [{ code: 'brokenWorkbook' }],
    })
  })
  test('that would unpack to more than 400 MiB is refused before it is unpacked', async () => {
    const bytes = await workbook({ name: 'S', rows: [[text('server')], [text('A-B-DC1')]] })
    const view = new DataView(bytes.buffer)
    for (let at = 0; at < bytes.length - 46; at += 1)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 300 * 1024 * 1024, true)
    expect(await readWorkbook(bytes, 'parc.xlsx')).toMatchObject({
      ok: false,
      errors: [{ code: 'workbookTooLarge', params: { mostMebibytes: 400 } }],
    })
  })
  test('of random bytes behind the signature is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const bytes = new Uint8Array([0x50, 0x4b, 3, 4, ...noise])
        expect((await readWorkbook(bytes, 'parc.xlsx')).ok).toBe(false)
      }),
      { numRuns: 200 },
    )
  })
  test('is read from the middle of a larger buffer, as files come', async () => {
    const bytes = await workbook({ name: 'S', rows: [[text('server')], [text('A-B-DC1')]] })
    const pool = Buffer.concat([Buffer.alloc(64, 1), bytes, Buffer.alloc(64, 1)])
    expect(await csvOf(pool.subarray(64, 64 + bytes.length))).toBe('server\nA-B-DC1')
  })
  test('is read the same in a thread of its own', async () => {
    const bytes = await workbook({ name: 'S', rows: [[text('server')], [text('A-B-DC1')]] })
    const here = await readWorkbook(bytes, 'parc.xlsx')
    const apart = await readWorkbookApart(bytes, 'parc.xlsx')
    expect(apart).toMatchObject({ ok: true, sheet: 'S' })
    expect(here.ok && apart.ok && [...apart.csv]).toEqual(here.ok && [...here.csv])
  })
})
