import { expect, test } from 'vitest'
import {
  InventoryFault,
  inventoryFaultCodes,
  type InventoryFaultCode,
} from '../../../orchestrations/contracts/api.ts'
import { isWorkbook, parseInventory } from '../../../orchestrations/contracts/inventory.ts'
import { readWorkbook } from '../../../orchestrations/contracts/inventory/workbook.ts'
import { inventoryFault, languages } from '../../../orchestrations/contracts/words/index.ts'

const mebibyte = 1024 * 1024
const rows = (...lines: string[]): string => lines.join('\n')
const cell = (column: string, text: string): string => rows(`server,${column}`, `A-B-DC1,${text}`)

/** An archive of one stored file (PKWARE APPNOTE 4.3); `declared`: its size as the directory says it. */
function archive(name: string, content: string, declared = content.length): Uint8Array<ArrayBuffer> {
  const [file, called] = [Buffer.from(content), Buffer.from(name)]
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50)
  header.writeUInt32LE(file.length, 18)
  header.writeUInt32LE(file.length, 22)
  header.writeUInt16LE(called.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50)
  entry.writeUInt32LE(file.length, 20)
  entry.writeUInt32LE(declared, 24)
  entry.writeUInt16LE(called.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + called.length, 12)
  end.writeUInt32LE(header.length + called.length + file.length, 16)
  return new Uint8Array(Buffer.concat([header, called, file, entry, called, end]))
}
const hidden = '<workbook><sheets><sheet name="S" state="hidden" r:id="r1"/></sheets></workbook>'

type Cause = string | Uint8Array<ArrayBuffer> | { readonly skipping: string }

/** A file for each refusal; the thread that reads a workbook would need 384 MiB for the one that isn't here. */
const causes: Readonly<Record<Exclude<InventoryFaultCode, 'workbookTooHeavy'>, Cause>> = {
  emptyFile: '',
  binaryFile: 'server\n\0',
  oldWorkbook: new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1, 2]),
  notAWorkbook: archive('readme.txt', 'server'),
  noVisibleSheet: archive('xl/workbook.xml', hidden),
  brokenWorkbook: archive('xl/workbook.xml', hidden).slice(0, -30),
  notATable: '<!DOCTYPE html><table><tr><td>server',
  tooLarge: new Uint8Array(64 * mebibyte + 1),
  tooManyRows: `server\n${'A-B-DC1\n'.repeat(200_001)}`,
  workbookTooLarge: archive('xl/workbook.xml', hidden, 500 * mebibyte),
  brokenQuotes: cell('ring', '"1'),
  textAfterQuote: cell('contact', '"x"y'),
  lineTooLong: cell('contact', 'x'.repeat(100_001)),
  noRows: 'server,client\n',
  noWindowsServers: cell('os', 'Ubuntu 22.04'),
  duplicateHeading: rows('server,serveur', 'A-B-DC1,A-B-DC1'),
  missingHostColumn: rows('client,ring', 'A,1'),
  tooManyColumns: cell('ring', '1,oops'),
  tooFewColumns: rows('server,ring', 'A-B-DC1'),
  formulaCell: cell('contact', '=1+1;A'),
  formulaError: cell('contact', '#REF!'),
  controlCharacter: cell('contact', 'a\u0007b'),
  tooLong: cell('contact', 'x'.repeat(301)),
  missingHost: rows('server,ring', ',1'),
  invalidHost: rows('server', 'A B'),
  invalidClient: cell('client', '!!'),
  reservedClient: cell('client', 'ATLAS fleet'),
  clientUnknown: rows('server', 'DC01'),
  unknownRing: cell('ring', '4'),
  unknownKind: cell('kind', 'cloud'),
  unknownRole: cell('role', 'COFFEE'),
  unknownZone: cell('zone', 'Europe/Atlantis'),
  invalidNumber: cell('order', '0'),
  unparsableWindow: cell('window', 'at night'),
  windowDays: cell('window', 'XX 22:00 6h'),
  windowStart: cell('window', 'SA 25:00 6h'),
  windowLength: cell('window', 'SA 22:00 5min'),
  windowRuleParts: cell('window', 'FREQ=DAILY;COUNT=3 22:00 6h'),
  windowRuleFrequency: cell('window', 'FREQ=HOURLY 22:00 6h'),
  windowRuleUnreadable: cell('window', 'FREQ=WEEKLY;BYDAY=XX 22:00 6h'),
  tooManyWindows: cell('window', Array(21).fill('SA 22:00 6h').join('|')),
  unparsableProbe: cell('probes', 'tcp:1433 | ping'),
  probeWithPassword: cell('probes', 'https://anna:geheim@intranet/health'),
  tooManyProbes: cell('probes', Array.from({ length: 11 }, (_, port) => `tcp:${port + 1}`).join('|')),
  unparsableDate: cell('freeze', '2026-02-30'),
  datesReversed: cell('freeze', '2026-12-24..2026-12-20'),
  tooManyDates: cell('freeze', '2026-01-01..2027-12-31'),
  duplicateHost: rows('server,site', 'A-B-DC1,Lyon', 'A-B-DC1,Paris'),
  hostInTwoDomains: rows('server,client', 'srv1.a.local,A', 'srv1.b.local,A'),
  hostOfTwoClients: rows('server,client', 'A-B-DC1,A', 'A-B-DC1,B'),
  clientNameCollision: rows('server,client', 'DC1,Ançay', 'DC2,Ancay'),
  clientRowsDisagree: rows('server,ring', 'A-B-DC1,1', 'A-B-DC2,2'),
  unknownServer: cell('runs on', 'HV9'),
  ambiguousServer: rows('client,server,backup server', 'A,BK,', 'B,BK,', 'C,X,BK'),
  serverLeftOut: { skipping: rows('server,runs on,ring', 'A-B-HV1,,9', 'A-B-DC1,A-B-HV1,', 'A-B-DC2,,') },
  refersToItself: cell('runs on', 'A-B-DC1'),
  notAHost: rows('server,runs on,kind', 'A-B-DC1,A-B-DC2,', 'A-B-DC2,,vm'),
  hostRunsOnHost: rows('server,runs on', 'A-B-HV1,A-B-HV2', 'A-B-HV2,A-B-HV1'),
  physicalRunsOn: rows('server,runs on,kind', 'A-B-DC1,A-B-HV1,physical', 'A-B-HV1,,'),
  partnersConflict: rows('server,partner', 'A-B-DC1,A-B-DC2', 'A-B-DC2,A-B-DC3', 'A-B-DC3,'),
}

async function faultsOf(cause: Cause): Promise<readonly InventoryFault[]> {
  const skipInvalid = typeof cause === 'object' && 'skipping' in cause
  const content = skipInvalid ? cause.skipping : cause
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const read = isWorkbook(bytes)
    ? await readWorkbook(bytes, 'parc.xlsx')
    : parseInventory(bytes, { file: 'parc.csv', defaultZone: 'Europe/Paris', skipInvalid })
  return 'errors' in read ? read.errors : []
}

test.each(Object.entries(causes))(
  'A file is refused as %s, with all that its sentences name',
  async (code, cause) => {
    const fault = (await faultsOf(cause)).find((one) => one.code === code)
    expect(InventoryFault.parse(fault)).toEqual(fault)
    if (!fault) throw new Error('unreachable: parsed above')
    for (const language of languages) {
      const { what, fix } = inventoryFault(fault, language)
      expect(`${what} ${fix}`).not.toMatch(/[[\]{}?]| {2}|undefined|NaN/)
    }
  },
)

test('every refusal but one of memory has its file', () => {
  const covered = new Set([...Object.keys(causes), 'workbookTooHeavy'])
  expect(covered).toEqual(new Set<string>(inventoryFaultCodes))
})
