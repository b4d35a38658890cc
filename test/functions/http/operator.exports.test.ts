import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EnrolmentTokenList } from '../../../orchestrations/contracts/api.ts'
import { commanded, csv, enrolBody, imported, inventory, newHost, serverAt, tokenFor } from './agentRig.ts'
import { startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

type Lines = Record<string, string>[]
async function exported(list: string, who: Who = 'olga', query: Record<string, string> = {}): Promise<Lines> {
  const answer = await rig.byName('exportList', { who, params: { list }, query })
  expect(answer).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' })
  expect(answer.headers.get('content-disposition')).toContain('attachment')
  return parse(answer.text, { columns: true, bom: true, delimiter: ';' })
}

describe('An export', () => {
  test('before any campaign has the columns alone', async () => {
    expect(await exported('orchestration')).toEqual([])
    expect(await exported('globalstatus')).toEqual([])
  })

  test('of the orchestration has a line a server, with the names of the seeds’ columns', async () => {
    const { server, campaignId } = await commanded(rig, 0)
    const lines = await exported('orchestration', 'olga', { campaign: campaignId })
    const ofClient = inventory.servers.filter(({ clientId }) => clientId === server.clientId)
    expect(lines).toHaveLength(ofClient.length)
    expect(Object.keys(lines[0] ?? {}).join()).toBe(
      'ClientName,SiteName,ServerName,UpdateOrder,UpdateStatus,UpdateStartTime,UpdateEndTime,UpdateLocked,LastError',
    )
    const [running] = lines.filter(({ ServerName }) => ServerName === server.host)
    expect(running).toMatchObject({
      ClientName: 'Client 0001',
      UpdateStatus: 'InProgress',
      UpdateStartTime: '2026-11-21T08:00:00.000Z',
      UpdateLocked: 'true',
    })
    expect(lines.filter(({ UpdateStatus }) => UpdateStatus === 'Pending')).toHaveLength(lines.length - 1)
  })

  test('of the global status has a line a ring', async () => {
    expect(await exported('globalstatus')).toEqual([
      {
        RingName: 'Ring 2',
        Status: 'Active',
        ServersTotal: '25',
        ServersCompleted: '0',
        StartTime: '2026-11-21T08:00:00.000Z',
        CompletionTime: '',
      },
    ])
  })

  test('of the clients’ configuration shows each only those that are theirs', async () => {
    const all = await exported('clientconfig')
    expect(all.map(({ ClientName }) => ClientName)).toEqual(inventory.clients.map(({ name }) => name))
    expect(all[0]).toMatchObject({ MaxParallelServers: '1' })
    expect(all[0]?.['MaintenanceWindow']).toContain('Europe/')
    expect((await exported('clientconfig', 'sam')).map(({ ClientName }) => ClientName)).toEqual([
      'Client 0001',
    ])
  })

  test('begins no cell like a formula', async () => {
    const [head = '', first = ''] = csv.split('\r\n')
    const at = head.replace('\u{FEFF}', '').split(';').indexOf('contact')
    const cells = first.split(';')
    cells[at] = "'=HYPERLINK(1)"
    const body = `${head}\r\n${cells.join(';')}\r\n`
    expect(await rig.byName('importInventory', { who: 'anna', body })).toMatchObject({ status: 200 })
    const lines = await exported('clientconfig')
    expect(lines.every(({ ContactEmail = '' }) => !/^[=+@-]/.test(ContactEmail))).toBe(true)
    expect(lines.some(({ ContactEmail = '' }) => ContactEmail.includes('HYPERLINK'))).toBe(true)
  })

  test('of another list, or of a campaign that is not there, is a 404', async () => {
    const ask = (list: string, query = {}) =>
      rig.byName('exportList', { who: 'olga', params: { list }, query })
    expect(await ask('everything')).toMatchObject({ status: 404 })
    expect(await ask('orchestration', { campaign: 'nothing' })).toMatchObject({ status: 404 })
  })
})

describe('Enrolment tokens', () => {
  const list = async (who: Who = 'olga') =>
    EnrolmentTokenList.parse((await rig.byName('listEnrolmentTokens', { who })).body).tokens

  test('are listed without the tokens, each to whom the client is shown, and revoked', async () => {
    const { clientId } = serverAt(12)
    const token = await tokenFor(rig, clientId, 5)
    const [found] = (await list()).filter((one) => one.clientId === clientId)
    expect(found).toMatchObject({ left: 5, issuedBy: 'anna' })
    expect(JSON.stringify(found)).not.toContain(token)
    expect((await list('sam')).filter((one) => one.clientId === clientId)).toEqual([])

    const revoke = (who: Who) =>
      rig.byName('revokeEnrolmentToken', { who, params: { tokenId: found?.id ?? '' } })
    expect(await revoke('sam')).toMatchObject({ status: 404 })
    expect(await revoke('anna')).toMatchObject({ status: 204 })
    expect(await revoke('anna')).toMatchObject({ status: 404 })
    const enrol = await rig.askAgent('enrol', enrolBody(newHost(serverAt(12)), token))
    expect(enrol).toMatchObject({ status: 403 })
  })
})
