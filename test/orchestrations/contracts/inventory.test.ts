import { describe, expect, test } from 'vitest'
import { demoInventory, generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import {
  inventoryColumns,
  parseInventory,
  writeInventoryCsv,
} from '../../../orchestrations/contracts/inventory.ts'
import { Client, Server, type Inventory } from '../../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'

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
  for (const error of result.errors) expect(error).toMatchObject({ file: 'parc.csv' })
  return result.errors.map(({ line, column, code }) => `${line} ${column} ${code}`)
}
/** A file that is read, as the API shows it. */
function shown(text: string | Uint8Array) {
  const result = typeof text === 'string' ? parse(text) : parseInventory(text, options)
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return result
}
function utf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < text.length; index += 1)
    view.setUint16(index * 2, text.charCodeAt(index), little)
  return bytes
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
      expect(result.errors).toEqual([])
      expect(result.headings.map(({ meaning }) => meaning)).toEqual(inventoryColumns.map(({ key }) => key))
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
  test('with probes, whatever they are joined by', () => {
    const cell =
      'tcp:1433; TCP : sql01.corp : 445 | https://intranet/health 401\nservice: MSSQL$SAGE;tcp:1433'
    expect(read(`serveur,Sondes\nA-B-SQL1,"${cell}"\nA-B-DC1,`).servers.map(({ probes }) => probes)).toEqual([
      [
        { type: 'tcp', port: 1433 },
        { type: 'tcp', host: 'sql01.corp', port: 445 },
        { type: 'http', url: 'https://intranet/health', status: 401 },
        { type: 'service', name: 'MSSQL$SAGE' },
      ],
      undefined,
    ])
    expect(shown(`server,probes\nA-B-DC1,tcp:53\n`).notes).toContainEqual({
      code: 'probesGiven',
      params: { count: 1 },
    })
  })
  test.each([
    'tcp',
    'tcp:0',
    'tcp:65536',
    'tcp:a b:80',
    'tcp:[::1]:80',
    'ftp://x',
    'http://',
    'https://x/y 600',
    'https://x/;y',
    'service:',
    'service:a/b',
    ';',
    'tcp:53; nonsense',
  ])('but never with the probe %s, nor then with any other of the row', (cell) => {
    const result = parse(`server,probes\nA-B-DC1,"${cell}"\n`)
    expect(result.ok).toBe(false)
    expect(result.errors).toMatchObject([{ line: 2, column: 'probes', code: 'unparsableProbe' }])
  })
  test('with freeze dates and ranges of them', () => {
    const { clients } = read('server,freeze\nA-B-DC1,2026-12-30..2027-01-01|1/5/2027')
    expect(clients[0]?.freezeDates).toEqual(['2026-12-30', '2026-12-31', '2027-01-01', '2027-05-01'])
  })
})

describe('a file of another tool is read', () => {
  test('with columns that ATLAS does not know, shown as not read', () => {
    const { headings, notes } = shown('Server;Patch status;;Ring\nA-B-DC1;ok;x;1\n')
    expect(headings).toEqual([
      { heading: 'Server', meaning: 'host' },
      { heading: 'Patch status', meaning: undefined },
      { heading: '', meaning: undefined },
      { heading: 'Ring', meaning: 'ring' },
    ])
    expect(notes).toContainEqual({ code: 'columnsUnread', params: { count: 1 } })
  })
  test('with lines above the headings, an Excel "sep=" line and lines of any ends', () => {
    const { inventory, headings, separator } = shown(
      'sep=;\r\nInventory of 21/11/2026;\r\r\n;\nCustomer;Computer Name\nÀ;S1\r\nÀ;S2\n',
    )
    expect(separator).toBe(';')
    expect(headings.map(({ meaning }) => meaning)).toEqual(['client', 'host'])
    expect(inventory.servers.map(({ serverId }) => serverId)).toEqual(['a.s1', 'a.s2'])
  })
  test('as a single column of host names without a heading', () => {
    const { inventory } = shown('LAA-PARIS-DC01\nLAA-PARIS-SQL01\n')
    expect(inventory.servers.map(({ host }) => host)).toEqual(['LAA-PARIS-DC01', 'LAA-PARIS-SQL01'])
  })
  test.each([
    ['utf-8', (text: string) => new TextEncoder().encode(text)],
    ['utf-8', (text: string) => new TextEncoder().encode(`\u{FEFF}${text}`)],
    ['utf-16le', (text: string) => utf16(`\u{FEFF}${text}`, true)],
    ['utf-16be', (text: string) => utf16(`\u{FEFF}${text}`, false)],
    ['utf-16le', (text: string) => utf16(text, true)],
    ['utf-16be', (text: string) => utf16(text, false)],
    ['windows-1252', (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0))],
  ])('in %s', (encoding, encode) => {
    const read = shown(encode('Société;Serveur\nBoulangerie Ançay;SRV-DC01\n'))
    expect(read).toMatchObject({ encoding, separator: ';' })
    expect(read.inventory.clients[0]?.name).toBe('Boulangerie Ançay')
  })
  test('with names of domains and accounts: the host is kept, the domain noted', () => {
    const { inventory, notes } = shown(
      'server,client,runs on\nsrv1.corp.local,A,hv1.corp.local\nCORP\\SRV2,A,\nSRV3$,A,\nHV1.corp.local,A,\n',
    )
    expect(inventory.servers.map(({ host }) => host)).toEqual(['srv1', 'SRV2', 'SRV3', 'HV1'])
    expect(inventory.servers[0]?.runsOn).toBe('a.hv1')
    expect(notes).toContainEqual({ code: 'domainsTakenOff', params: { domains: 'corp.local (2)' } })
  })
  test('with a server on several lines that do not contradict each other as one', () => {
    const { inventory, notes } = shown('server,client,site,ip\nS1,A,,10.0.0.1\ns1,a,Paris,10.0.0.2\nS2,A,,')
    expect(inventory.servers).toHaveLength(2)
    expect(inventory.servers[0]).toMatchObject({ site: 'Paris' })
    expect(notes).toContainEqual({ code: 'rowsMerged', params: { count: 1 } })
  })
  test('without workstations and other systems, which are counted', () => {
    const { inventory, notes } = shown(
      'server,client,os\nS1,A,Microsoft Windows Server 2019 Standard\nS2,A,\nS3,A,2022 Datacenter\nP1,A,Windows 11 Pro\nL1,A,Ubuntu 22.04\nE1,A,VMware ESXi 8.0\nM1,A,macOS 14\n',
    )
    expect(inventory.servers.map(({ host }) => host)).toEqual(['S1', 'S2', 'S3'])
    expect(notes).toContainEqual({ code: 'notServers', params: { count: 4 } })
  })
  test('with the ring and client that are given for rows that say none', () => {
    const bytes = new TextEncoder().encode('server,client,ring\nS1,,\nS2,B,3\nC-P-DC01,,\n')
    const result = parseInventory(bytes, { ...options, client: 'Zoé', ring: RingNumber.parse(1) })
    expect(result.ok && result.inventory.clients.map(({ name, ring }) => [name, ring])).toEqual([
      ['Zoé', 1],
      ['B', 3],
      ['C', 1],
    ])
  })
  test('with cells trimmed of invisible signs, without the apostrophe of a text, and "-" as blank', () => {
    const { inventory } = shown(
      "server,client,site,contact\n\u200BS1\u00A0,'=A,-,+33 1 23 45 67 89\nS2,'t Hof,n/a,\n",
    )
    expect(inventory.servers.map(({ host, site }) => [host, site])).toEqual([
      ['S1', undefined],
      ['S2', undefined],
    ])
    expect(inventory.clients.map(({ name }) => name)).toEqual(['=A', "'t Hof"])
  })
})

describe('with invalid rows left out', () => {
  const skipping = (text: string) =>
    parseInventory(new TextEncoder().encode(text), { ...options, skipInvalid: true })
  const hosts = (text: string) => {
    const result = skipping(text)
    return result.ok ? result.inventory.servers.map(({ host }) => host) : result.errors
  }
  test('the others are taken, and each error stands where it is', () => {
    const result = skipping('server,client,ring\nS1,A,1\nS2,B,9\nS 3,C,1\n')
    expect(result).toMatchObject({ ok: true, skipped: 2, errorCount: 2 })
    expect(hosts('server,client,ring\nS1,A,1\nS2,B,9\nS 3,C,1\n')).toEqual(['S1'])
  })
  test('what depends on one of them is left out too, over any distance', () => {
    const text = 'server,client,runs on,backup server,ring\nG,A,HV,,\nHV,A,,BK,\nBK,A,,,9\nS,A,,,\n'
    expect(hosts(text)).toEqual(['S'])
  })
  test('of a client whose rows contradict each other nothing is taken', () => {
    expect(hosts('server,client,ring\nS1,A,1\nS2,A,3\nS3,B,1\n')).toEqual(['S3'])
  })
  test('a file without a single valid row is refused', () => {
    expect(skipping('server,client\nS 1,A\n')).toMatchObject({ ok: false, errorCount: 1 })
  })
})

describe('a file is refused', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['when empty', '', ['0  emptyFile']],
    ['when blank', ' \n\n', ['0  emptyFile']],
    ['when binary', new Uint8Array([80, 75, 3, 4, 10, 0, 0]), ['2  binaryFile']],
    ['when an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), ['0  oldWorkbook']],
    ['when a web page', '<!DOCTYPE html><table><tr><td>server', ['0  notATable']],
    ['with headings alone', 'server,client\n', ['1  noRows']],
    ['without a host column', 'client,ring\nA,1', ['1  missingHostColumn']],
    ['with a heading twice', 'server,serveur\nA-B-DC1,A-B-DC1', ['1 serveur duplicateHeading']],
    ['with too many cells', 'server,ring\nA-B-DC1,1,oops', ['2  tooManyColumns']],
    ['with too few cells', 'server,ring\nA-B-DC1', ['2 ring tooFewColumns']],
    ['with a broken quote', 'server,ring\nA-B-DC1,"1\n', ['2  brokenQuotes']],
    [
      'with a host twice that contradicts itself, on both lines',
      'server,site\nA-B-DC1,Lyon\nA-B-DC2,\na-b-dc1,Paris',
      ['2 server duplicateHost', '4 server duplicateHost'],
    ],
    [
      'with a named host under two clients',
      'server,client\nA-B-DC1,A\nA-B-DC1,B',
      ['2 server hostOfTwoClients', '3 server hostOfTwoClients'],
    ],
    [
      'with one name in two domains of a client',
      'server,client\nsrv1.a.local,A\nsrv1.b.local,A',
      ['2 server hostInTwoDomains', '3 server hostInTwoDomains'],
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
    ['with a window of no length', 'server,window\nA-B-DC1,SA 22:00 5min', ['2 window windowLength']],
    ['with a date that is none', 'server,freeze\nA-B-DC1,2026-02-30', ['2 freeze unparsableDate']],
    ['with an unknown role', 'server,role\nA-B-DC1,COFFEE', ['2 role unknownRole']],
    ['with an unknown kind', 'server,kind\nA-B-DC1,cloud', ['2 kind unknownKind']],
    ['with a failed formula', 'server,contact\nA-B-DC1,#REF!', ['2 contact formulaError']],
    ['with signs that turn text around', 'server,contact\nA-B-DC1,a\u202Eb', ['2 contact controlCharacter']],
    ['with an IP address', 'server,client\n10.0.0.1,A', ['2 server invalidHost']],
    ['with workstations alone', 'server,os\nA-B-PC1,Windows 11 Pro', ['0  noWindowsServers']],
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
    expect(result).toMatchObject({ ok: false, errorCount: 300 })
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
