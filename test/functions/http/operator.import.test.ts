import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { InventoryAnswer } from '../../../orchestrations/contracts/api.ts'
import { differencesOf } from '../../../functions/imports/differences.ts'
import { ClientId } from '../../../orchestrations/domain/ids.ts'
import { csv, inventory, planned, running } from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const send = (body: unknown, query: Record<string, string> = {}) =>
  rig.byName('importInventory', { who: 'anna', body, query: { file: 'parc.csv', ...query } })
async function done(body: unknown, query: Record<string, string> = {}): Promise<InventoryAnswer> {
  const answer = await send(body, query)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body as InventoryAnswer
}
const summary = async () => (await rig.byName('showInventory', { who: 'olga' })).body
const serversOf = (clientId: string) =>
  rig.services.clients.read(
    inventory.clients.find((one) => one.clientId === clientId)?.clientId ?? fail(),
    {},
    (partition) => partition.servers().map(({ server }) => server),
  )
const storedIn = (clientId: string) =>
  rig.services.clients.read(ClientId.parse(clientId), {}, (partition) =>
    partition.servers().map(({ server }) => server),
  )
const fail = (): never => {
  throw new Error('The test inventory has no such client')
}

describe('A preview', () => {
  test('says how the file was read and what would change, and changes nothing', async () => {
    await done('Client;Serveur;Anneau\nÀ;S1;1\nÀ;S2;1\n')
    const latin = Uint8Array.from('Client;Serveur;Anneau;Couleur\nÀ;S1;2;x\nÀ;S3;2;y\n', (sign) =>
      sign.charCodeAt(0),
    )
    const answer = await done(latin, { dryRun: 'true' })
    expect(answer).toMatchObject({
      applied: false,
      encoding: 'windows-1252',
      separator: ';',
      headings: [
        { heading: 'Client', meaning: 'client' },
        { heading: 'Serveur', meaning: 'host' },
        { heading: 'Anneau', meaning: 'ring' },
        { heading: 'Couleur', meaning: null },
      ],
      clients: 1,
      servers: 2,
      added: 1,
      changed: 0,
      unchanged: 1,
      absent: 1,
      removed: 0,
    })
    expect(answer.changes).toEqual([
      { kind: 'changed', clientId: 'a', fields: [{ name: 'ring', before: '1', after: '2' }] },
      { kind: 'added', clientId: 'a', serverId: 'a.s3', fields: [] },
      { kind: 'absent', clientId: 'a', serverId: 'a.s2', fields: [] },
    ])
    expect(await summary()).toMatchObject({ servers: 2 })
  })
  test('names clients that the file does not have, with their servers counted', async () => {
    await done('client,server\nA,S1\nB,S1\nB,S2\n')
    const answer = await done('client,server\nA,S1\n', { dryRun: 'true', remove: 'true' })
    expect(answer).toMatchObject({ absent: 2, removed: 0, unchanged: 1 })
    expect(answer.changes).toEqual([{ kind: 'absent', clientId: 'b', fields: [] }])
  })
})

describe('An import', () => {
  test('keeps probes with their server, says what changes about them, and refuses a row with a bad one', async () => {
    await done('client,server,probes\nA,S1,tcp:1433;service:MSSQLSERVER\n')
    const before = [
      { type: 'tcp', port: 1433 },
      { type: 'service', name: 'MSSQLSERVER' },
    ]
    expect(await storedIn('a')).toMatchObject([{ probes: before }])
    expect(await done('client,server\nA,S1\n')).toMatchObject({ changed: 0 })
    const changed = await done('client,server,sondes\nA,S1,https://intranet/health\n', { dryRun: 'true' })
    expect(changed.changes).toMatchObject([
      {
        fields: [
          { name: 'probes', before: 'tcp:1433 | service:MSSQLSERVER', after: 'https://intranet/health' },
        ],
      },
    ])
    const body = 'client,server,probes\nA,S1,tcp:1433;ping\nA,S2,\n'
    expect(await send(body)).toMatchObject({ status: 422 })
    expect(await done(body, { skipInvalid: 'true' })).toMatchObject({ added: 1, changed: 0 })
    expect(await storedIn('a')).toMatchObject([{ probes: before }, {}])
    await done('client,server,probes\nA,S1,\n')
    expect((await storedIn('a'))[0]).not.toHaveProperty('probes')
  })
  test('leaves what the file has no column for as ATLAS has it', async () => {
    await done('client,server,ring,window,role,runs on\nA,S1,3,FRI 22:00 6h,SQL,HV\nA,HV,,,,\n')
    expect(await done('Customer;Computer name;OS\nA;S1;Windows Server 2022\nA;HV;\n')).toMatchObject({
      changed: 1,
      unchanged: 1,
    })
    const answer = await done('client,server,ring,role\nA,S1,,\nA,HV,,\n', { dryRun: 'true' })
    expect(answer.changes[0]).toEqual({
      kind: 'changed',
      clientId: 'a',
      fields: [{ name: 'ring', before: '3', after: '2' }],
    })
  })
  test('with invalid rows takes the others only when that is asked', async () => {
    const file = 'client,server,ring\nA,S1,1\nB,S 1,1\nC,S1,9\n'
    expect(await send(file)).toMatchObject({ status: 422 })
    expect(await summary()).toMatchObject({ servers: 0 })
    const answer = await done(file, { skipInvalid: 'true' })
    expect(answer).toMatchObject({ applied: true, added: 1, skipped: 2 })
    expect(answer.errors.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 invalidHost',
      '4 unknownRing',
    ])
  })
  test('refuses a query that it does not know the meaning of', async () => {
    expect(await send('client,server\nA,S1\n', { dryRun: 'yes' })).toMatchObject({ status: 400 })
    expect(await send('client,server\nA,S1\n', { ring: '7' })).toMatchObject({ status: 400 })
  })
  test('gives ring and client to rows that say none', async () => {
    await done('S1\nS2\n', { client: 'Zoé', ring: '1' })
    const { changes } = await done('client,server,ring\nZoé,S1,1\nZoé,S2,1\n', { dryRun: 'true' })
    expect(changes).toEqual([])
  })
  test('of a client with more servers than fit in a transaction is whole in the end', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => `Big,SRV-${index}`).join('\n')
    expect(await done(`client,server\n${rows}`)).toMatchObject({ added: 250 })
    expect(await summary()).toMatchObject({ clients: 1, servers: 250 })
    expect(await rig.services.fleet.hostsNamed('srv-249')).toEqual(['big.srv-249'])
  })
})

describe('Servers that the file does not have', () => {
  test('go when that is asked, only of clients that it names, and the ledger keeps that', async () => {
    await done('client,server\nA,S1\nA,S2\nB,S1\nB,S2\n')
    const answer = await done('client,server\nA,S1\n', { remove: 'true' })
    expect(answer).toMatchObject({ removed: 1, absent: 2 })
    expect(answer.changes).toContainEqual({ kind: 'removed', clientId: 'a', serverId: 'a.s2', fields: [] })
    expect(await summary()).toMatchObject({ servers: 3 })
    expect(await rig.services.fleet.hostsNamed('s2')).toEqual(['b.s2'])
    const ledger = await rig.byName('showLedger', { who: 'olga', params: { clientId: 'a' } })
    expect(ledger.body['lines']).toHaveLength(2)
  })
  test('stay where a server of another client, or one whose cells say nothing of it, needs them', async () => {
    await done('client,server,runs on\nA,HV,\nA,OLD,\nB,V1,a.hv\nC,V2,HV2\nC,HV2,\n')
    const answer = await done('client,server\nA,S1\nC,V2\n', { remove: 'true' })
    expect(answer.changes.filter(({ kind }) => kind === 'removed')).toEqual([
      { kind: 'removed', clientId: 'a', serverId: 'a.old', fields: [] },
    ])
    expect(answer.notes).toContainEqual({ code: 'serversKept', params: { count: 2 } })
  })
  test('stay when rows were left out: for their errors all, as other machines those', async () => {
    await done('client,server\nA,S1\nA,S2\nA,S3\n')
    const torn = await done('client,server,ring\nA,S1,\nA,S2,9\n', { remove: 'true', skipInvalid: 'true' })
    expect(torn).toMatchObject({ skipped: 1, removed: 0, absent: 2 })
    const other = await done('client,server,os\nA,S1,\nA,S2,Windows 11\n', { remove: 'true', dryRun: 'true' })
    expect(other.changes.filter(({ kind }) => kind === 'removed')).toMatchObject([{ serverId: 'a.s3' }])
  })
  test('stay while a campaign that is not over plans them, or has their client locked', async () => {
    await done(csv)
    const lines = csv.trimEnd().split('\r\n')
    const without = lines.slice(0, -1).join('\r\n')
    const gone = inventory.servers.at(-1)
    await planned(rig)
    expect(await done(without, { remove: 'true', dryRun: 'true' })).toMatchObject({ removed: 1 })
    await running(rig)
    expect(await done(without, { remove: 'true' })).toMatchObject({ removed: 0, absent: 1 })
    expect(await serversOf(gone?.clientId ?? '')).toContainEqual(gone)
  })
})

describe('An import that was cut off', () => {
  const rows = Array.from({ length: 60 }, (_, index) => `C${index},S${index}`).join('\n')
  const file = `client,server\n${rows}\n`

  test('goes on under its id and answers as it would have', async () => {
    const expected = await done(file, { dryRun: 'true' })
    const { clients } = rig.services
    let left = 20
    const transact = clients.transact.bind(clients)
    Object.assign(clients, {
      transact: (...args: Parameters<typeof transact>) =>
        left-- > 0 ? transact(...args) : Promise.reject(new Error('The process is gone')),
    })
    expect(await send(file)).toMatchObject({ status: 500 })
    Object.assign(clients, { transact })
    const cut = await rig.byName('showImport', { who: 'olga', params: { importId: expected.importId } })
    expect(cut.body).toMatchObject({ state: 'running', clients: 60 })
    rig.time.wire += 60_000
    const later = await rig.byName('showImport', { who: 'olga', params: { importId: expected.importId } })
    expect(later.body).toMatchObject({ state: 'cutOff' })

    expect(await done(file)).toEqual({ ...expected, applied: true })
    expect(await summary()).toMatchObject({ clients: 60, servers: 60 })
    const end = await rig.byName('showImport', { who: 'olga', params: { importId: expected.importId } })
    expect(end.body).toMatchObject({ state: 'done', clientsDone: 60 })
  })
  test('under an id of the caller is not done again, nor mixed with another file', async () => {
    const first = await done(file, { importId: 'friday' })
    expect(first).toMatchObject({ importId: 'friday', added: 60 })
    expect(await done(file, { importId: 'friday' })).toEqual(first)
    expect(await done(file)).toMatchObject({ added: 0, unchanged: 60 })
    expect(await send(`${file}X,Y\n`, { importId: 'friday' })).toMatchObject({ status: 409 })
    expect(await rig.byName('showImport', { who: 'olga', params: { importId: 'monday' } })).toMatchObject({
      status: 404,
    })
  })
})

test('Nothing differs of what was just written', async () => {
  await done(csv)
  for (const client of inventory.clients) {
    const servers = inventory.servers.filter(({ clientId }) => clientId === client.clientId)
    const found = await rig.services.clients.read(client.clientId, {}, (partition) =>
      differencesOf(partition, { client, servers, columns: new Set(), mayRemove: () => true }),
    )
    expect(found).toMatchObject({ writes: [], changes: [], absent: [], removed: [] })
  }
})
