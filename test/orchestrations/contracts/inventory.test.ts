import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { demoInventory, generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import {
  inventoryColumns,
  parseInventory,
  writeInventoryCsv,
} from '../../../orchestrations/contracts/inventory.ts'
import { Client, Server, type Inventory } from '../../../orchestrations/domain/fleet.ts'

const options = { file: 'parc.csv', defaultZone: 'Europe/Paris' }
const parse = (text: string) => parseInventory(new TextEncoder().encode(text), options)
function read(text: string): Inventory {
  const result = parse(text)
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return result.inventory
}
/** Refusals as `line column code`. */
function refusals(text: string | Uint8Array): string[] {
  const result = typeof text === 'string' ? parse(text) : parseInventory(text, options)
  if (result.ok) return []
  for (const error of result.errors)
    expect(error).toMatchObject({ file: 'parc.csv', message: /\.$/, fix: /\.$/ })
  return result.errors.map(({ line, column, code }) => `${line} ${column} ${code}`)
}
const serverOf = (inventory: Inventory, host: string) =>
  inventory.servers.find((server) => server.host === host)

describe('a file is read', () => {
  test('with a host name alone: client, site, role, and defaults', () => {
    const { clients, servers } = read('server\nLAA-PARIS-DC01\n')
    expect(servers).toEqual([
      {
        serverId: 'laa.laa-paris-dc01',
        clientId: 'laa',
        host: 'LAA-PARIS-DC01',
        site: 'PARIS',
        role: 'domainController',
        kind: 'physical',
      },
    ])
    expect(clients).toMatchObject([
      { clientId: 'laa', name: 'LAA', ring: 2, zone: 'Europe/Paris', maxParallelServers: 1, freezeDates: [] },
    ])
  })
  test('in French, with semicolons, a BOM, accents, any case and any order', () => {
    const text =
      '\u{FEFF}ANNEAU;Serveur;Hôte;Fenetre;Parallèle max;client;Gel\r\npilote;SRV-SQL01;HV01;VE 22h00 6h;2;Boulangerie Ançay;24/12/2026\r\n;HV01;;;;Boulangerie Ançay;\r\n'
    const inventory = read(text)
    expect(inventory.clients[0]).toMatchObject({
      clientId: 'boulangerie-ancay',
      ring: 1,
      maxParallelServers: 2,
      freezeDates: ['2026-12-24'],
      windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=FR', start: '22:00', minutes: 360 }],
    })
    expect(serverOf(inventory, 'SRV-SQL01')).toMatchObject({
      role: 'sql',
      kind: 'vm',
      runsOn: 'boulangerie-ancay.hv01',
    })
    expect(serverOf(inventory, 'HV01')).toMatchObject({ role: 'host', kind: 'hyperVHost' })
  })
  test('with tabs, quoted cells and quoted line breaks', () => {
    const { clients } = read('server\tcontact\nA-B-DC1\t"Mme ""X""\nDurand"\n')
    expect(clients[0]?.contact).toBe('Mme "X" Durand')
  })
  test('with "host" as the server where no other column is one, else as the hypervisor', () => {
    expect(read('host\nA-B-DC1').servers[0]?.host).toBe('A-B-DC1')
    expect(serverOf(read('server,host\nA-B-DC1,A-B-HV1\nA-B-HV1,'), 'A-B-DC1')?.runsOn).toBe('a.a-b-hv1')
  })
  test('with every documented heading, English or French', () => {
    for (const language of ['english', 'french'] as const) {
      const result = parse(
        `${inventoryColumns.map((column) => `"${column[language]}"`).join(',')}\n${','.repeat(2)}A-B-DC1${','.repeat(inventoryColumns.length - 3)}`,
      )
      const headings = result.ok ? Object.values(result.headings) : result.errors
      expect(headings).toEqual(inventoryColumns.map(({ key }) => key))
    }
  })
  test('with partners mirrored and names resolved within the client first', () => {
    const text =
      'client,server,partner,backup server\nA,DC1,DC2,BK\nA,DC2,,\nA,BK,,\nB,DC2,,\nB,BK,,\nC,X,,b.bk\n'
    const { servers } = read(text)
    expect(servers.map(({ serverId, partner, backupServer }) => [serverId, partner, backupServer])).toEqual([
      ['a.dc1', 'a.dc2', 'a.bk'],
      ['a.dc2', 'a.dc1', undefined],
      ['a.bk', undefined, undefined],
      ['b.dc2', undefined, undefined],
      ['b.bk', undefined, undefined],
      ['c.x', undefined, 'b.bk'],
    ])
  })
  test.each([
    ['weekend', 'FREQ=WEEKLY;BYDAY=SA,SU 00:00 1440'],
    ['SA,SU 00:00 24h', 'FREQ=WEEKLY;BYDAY=SA,SU 00:00 1440'],
    ['sam 22:00-04:00', 'FREQ=WEEKLY;BYDAY=SA 22:00 360'],
    ['LU-VE 21:30 390min', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 21:30 390'],
    ['FRI-MON 1:00 1h30', 'FREQ=WEEKLY;BYDAY=MO,FR,SA,SU 01:00 90'],
    ['daily 03:00 2h', 'FREQ=DAILY 03:00 120'],
    ['FREQ=MONTHLY;BYDAY=2TU 22:00 6h', 'FREQ=MONTHLY;BYDAY=2TU 22:00 360'],
    ['MER 20h00 4h | weekend', 'FREQ=WEEKLY;BYDAY=WE 20:00 240|FREQ=WEEKLY;BYDAY=SA,SU 00:00 1440'],
  ])('with the window %s', (text, expected) => {
    const windows = read(`server,window\nA-B-DC1,"${text}"`).clients[0]?.windows ?? []
    expect(windows.map(({ rrule, start, minutes }) => `${rrule} ${start} ${minutes}`).join('|')).toBe(
      expected,
    )
  })
  test('with freeze dates and ranges of them', () => {
    const { clients } = read('server,freeze\nA-B-DC1,2026-12-30..2027-01-01|1/5/2027')
    expect(clients[0]?.freezeDates).toEqual(['2026-12-30', '2026-12-31', '2027-01-01', '2027-05-01'])
  })
})

describe('a file is refused', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['when empty', '', ['0  emptyFile']],
    ['when blank', ' \n\n', ['0  emptyFile']],
    ['when binary', new Uint8Array([80, 75, 3, 4, 10, 0, 0]), ['2  binaryFile']],
    ['when UTF-16', new Uint8Array([0xff, 0xfe, 65, 0]), ['0  binaryFile']],
    [
      'when not UTF-8',
      new Uint8Array([...new TextEncoder().encode('server\nA\n'), 0xe9, 10]),
      ['3  notUtf8'],
    ],
    ['with headings alone', 'server,client\n', ['1  noRows']],
    ['with an unknown heading', 'server,colour\nA-B-DC1,red', ['1 colour unknownHeading']],
    ['with an empty heading in between', 'server,,client\nA-B-DC1,,A', ['1 column 2 unknownHeading']],
    ['without a host column', 'client,ring\nA,1', ['1  missingHostColumn']],
    ['with a heading twice', 'server,serveur\nA-B-DC1,A-B-DC1', ['1 serveur duplicateHeading']],
    ['with too many cells', 'server,ring\nA-B-DC1,1,oops', ['2 column 3 tooManyColumns']],
    ['with too few cells', 'server,ring\nA-B-DC1', ['2 ring tooFewColumns']],
    ['with a broken quote', 'server,ring\nA-B-DC1,"1\n', ['2 column 2 brokenQuotes']],
    ['with a host twice in other letter case', 'server\nA-B-DC1\na-b-dc1', ['3 server duplicateHost']],
    ['with a host twice without clients', 'server,client\nDC1,A\nDC1,A', ['3 server duplicateHost']],
    [
      'with a named host under two clients',
      'server,client\nA-B-DC1,A\nA-B-DC1,B',
      ['3 server duplicateHost'],
    ],
    ['with an unknown ring', 'server,ring\nA-B-DC1,4', ['2 ring unknownRing']],
    ['with a name that says no client', 'server\nDC01', ['2 client clientUnknown']],
    ['with a line without a server', 'server,ring\n,1', ['2 server missingHost']],
    ['with a name that is none', 'server\nA B', ['2 server invalidHost']],
    ['with a client of signs', 'server,client\nDC1,!!', ['2 client invalidClient']],
    ['with a formula', 'server,contact\nA-B-DC1,"=HYPERLINK(""x"")"', ['2 contact formulaCell']],
    ['with a formula behind a blank', 'server,contact\nA-B-DC1," @SUM(A1)"', ['2 contact formulaCell']],
    ['with a cell that begins with a tab', 'server,contact\nA-B-DC1,"\tx"', ['2 contact formulaCell']],
    ['with a control character', 'server,contact\nA-B-DC1,a\u0007b', ['2 contact controlCharacter']],
    ['with an endless cell', `server,contact\nA-B-DC1,${'x'.repeat(301)}`, ['2 contact tooLong']],
    ['with an unknown zone', 'server,zone\nA-B-DC1,Europe/Atlantis', ['2 zone unknownZone']],
    ['with an unreadable window', 'server,window\nA-B-DC1,at night', ['2 window unparsableWindow']],
    ['with a window of no length', 'server,window\nA-B-DC1,SA 22:00 5min', ['2 window unparsableWindow']],
    ['with a date that is none', 'server,freeze\nA-B-DC1,2026-02-30', ['2 freeze unparsableDate']],
    ['with an unknown role', 'server,role\nA-B-DC1,COFFEE', ['2 role unknownRole']],
    ['with an unknown kind', 'server,type\nA-B-DC1,cloud', ['2 type unknownKind']],
    ['with a number out of range', 'server,order\nA-B-DC1,0', ['2 order invalidNumber']],
    ['with a host that is not there', 'server,runs on\nA-B-DC1,HV9', ['2 runs on unknownServer']],
    ['with a server that runs on itself', 'server,runs on\nA-B-HV1,A-B-HV1', ['2 runs on refersToItself']],
    [
      'with a host that is a VM',
      'server,runs on,kind\nA-B-DC1,A-B-DC2,\nA-B-DC2,,vm',
      ['2 runs on notAHost'],
    ],
    [
      'with a physical guest',
      'server,runs on,kind\nA-B-DC1,A-B-HV1,physical\nA-B-HV1,,',
      ['2 runs on physicalRunsOn'],
    ],
    [
      'with hosts on each other',
      'server,runs on\nA-B-HV1,A-B-HV2\nA-B-HV2,A-B-HV1',
      ['2 runs on hostRunsOnHost', '3 runs on hostRunsOnHost'],
    ],
    [
      'with partners in a triangle',
      'server,partner\nA-B-DC1,A-B-DC2\nA-B-DC2,A-B-DC3\nA-B-DC3,',
      ['3 partner partnersConflict'],
    ],
    [
      'with a name that several others have',
      'client,server,backup server\nA,BK,\nB,BK,\nC,X,BK',
      ['4 backup server ambiguousServer'],
    ],
    ['with client rows that disagree', 'server,ring\nA-B-DC1,1\nA-B-DC2,2', ['3 ring clientRowsDisagree']],
    [
      'with two names that make one id',
      'server,client\nDC1,Ançay\nDC2,Ancay',
      ['3 client clientNameCollision'],
    ],
  ])('%s', (_, text, expected) => {
    expect(refusals(text)).toEqual(expected)
  })
  test('with every mistake at once, on the lines where they are, after quoted line breaks too', () => {
    const text = 'server;contact;ring\nA-B-DC1;"two\nlines";9\n\nDC2;;1\nA-B-DC3;=1+1;1\n'
    expect(refusals(text)).toEqual(['2 ring unknownRing', '5 client clientUnknown', '6 contact formulaCell'])
  })
  test('once for a line and not again where others name it', () => {
    expect(refusals('server,runs on,client\nG1,HV1,A\nHV1,,')).toEqual(['3 client clientUnknown'])
  })
  test('with 200 refusals listed and all counted', () => {
    const result = parse(`server,ring\n${'A-B-DC1,9\n'.repeat(300)}`)
    expect(result).toMatchObject({ ok: false, errorCount: 300 + 299 })
    expect(result.ok ? [] : result.errors).toHaveLength(200)
  })
})

test('plain negative numbers and the same host name of two named clients are no mistakes', () => {
  expect(refusals('server,client,contact\nDC1,A,-12\nDC1,B,+33')).toEqual([])
})

describe('writing', () => {
  const plain = ({ clients, servers }: Inventory) => ({
    clients: clients
      .map((client) => Client.parse(client))
      .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1)),
    servers: servers.map((server) => Server.parse(server)),
  })
  test('and reading gives the same inventory', () => {
    for (const inventory of [demoInventory(), generatedInventory(37, { oneRing: false })]) {
      expect(plain(read(writeInventoryCsv(inventory)))).toEqual(plain(inventory))
    }
  })
  test('and reading keeps windows, dates, quotes and references to other clients', () => {
    const text =
      'client,server,runs on,window,freeze,contact,priority,partner\nA,"V1",b.hv1,"MO,WE 22:00 90min|FREQ=MONTHLY;BYDAY=-1SU 01:00 3h",2026-12-24|2026-12-25,"x; ""y"", z",7,V2\nA,V2,,,,,,\nB,HV1,,,,,,\nC,HV1,,,,,,\n'
    const inventory = read(text)
    expect(plain(read(writeInventoryCsv(inventory)))).toEqual(plain(inventory))
  })
  test('turns formulas into text', () => {
    const { clients, servers } = generatedInventory(1, { oneRing: true })
    const csv = writeInventoryCsv({
      servers,
      clients: clients.map((client) => ({ ...client, name: '=cmd()', contact: '@x' })),
    })
    expect(csv).toContain(`'=cmd();`)
    expect(csv).toContain(`;'@x;`)
  })
})

test('mutated bytes are refused or read, and never throw', () => {
  const bytes = new TextEncoder().encode(writeInventoryCsv(generatedInventory(12, { oneRing: false })))
  const mutation = fc.record({
    at: fc.nat(bytes.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(34, 59, 44, 10, 13, 61, 0)),
  })
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      fc.nat(bytes.length),
      (mutations, length) => {
        const mutated = bytes.slice(0, length)
        for (const { at, byte } of mutations) if (at < length) mutated[at] = byte
        const result = parseInventory(mutated, options)
        expect(result.ok ? isWhole(result.inventory, result.rows) : result.errorCount > 0).toBe(true)
      },
    ),
    { numRuns: 600 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => !parseInventory(noise, options).ok))
})

/** false when an inventory that was read is not whole; throws when a server isn't one. */
function isWhole({ servers }: Inventory, rows: number): boolean {
  for (const server of servers) Server.parse(server)
  return new Set(servers.map(({ serverId }) => serverId)).size === rows
}
