import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endServer } from '../../../functions/activities/servers.ts'
import { CampaignReport } from '../../../orchestrations/contracts/api.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { asHost, commanded, imported } from './agentRig.ts'
import { startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
let done: Awaited<ReturnType<typeof commanded>>
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  done = await commanded(rig, 0)
  const inspected = {
    what: 'server',
    os: { name: 'Windows Server 2022', build: '10.0.20348.1' },
    bootedAt: 1,
    pendingReboot: [],
    freeBytes: 1e12,
    newestRestorePointAt: null,
    offered: [],
  }
  const at = rig.services.clocks.wire()
  const report = {
    type: 'succeeded',
    commandId: done.commandId,
    kind: 'inspect',
    at,
    acceptedAt: at,
    result: inspected,
  }
  await asHost(rig, done.host, 'report', JSON.stringify({ reports: [report] }))
  await endServer(rig.services, {
    ...done,
    ring: RingNumber.parse(2),
    serverId: done.server.serverId,
    round: 0,
    end: {
      outcome: 'failed',
      reason: reason('commandFailed', { step: 'install', message: '=cmd() <b>Client 0002</b> & co' }),
      updates: [{ id: 'u', kb: 'KB5048123', title: 'Cumulative', result: 'failed' }],
      attempts: 2,
      build: '10.0.20348.1',
    },
  })
})
afterAll(() => rig.close())

const ask = (who: Who, query: Record<string, string> = {}) =>
  rig.byName('reportCampaign', { who, params: { campaignId: done.campaignId }, query })
const reportFor = async (who: Who, query: Record<string, string> = {}) =>
  CampaignReport.parse((await ask(who, query)).body)

test('The whole fleet has a line a server, those of clients that have not begun too', async () => {
  const report = await reportFor('olga')
  expect(report.servers).toBe(25)
  expect(report.clients.map(({ name, servers }) => [name, servers.length])).toEqual([
    ['Client 0001', 10],
    ['Client 0002', 10],
    ['Client 0003', 5],
  ])
  expect(report.clients[0]?.servers.find(({ serverId }) => serverId === done.server.serverId)).toMatchObject({
    buildBefore: '10.0.20348.1',
    attempts: 2,
  })
  expect(report.updates).toMatchObject([{ kb: 'KB5048123', succeeded: 0, failed: 1 }])
})

test('A client’s own report, in every format and language, names no other client', async () => {
  for (const format of ['html', 'csv', 'json'])
    for (const language of ['en', 'fr']) {
      const { status, text } = await ask('olga', { client: done.clientId, format, language })
      expect(status).toBe(200)
      expect(text).toContain('Client 0001')
      expect(text).not.toMatch(/Client[ -]000[23]/i)
    }
})

test('An operator of some clients gets theirs alone, and no other when asking for it', async () => {
  const report = await reportFor('sam')
  expect(report.clients.map(({ name }) => name)).toEqual(['Client 0001'])
  expect(JSON.stringify(report)).not.toMatch(/Client[ -]000[23]/i)
  expect((await ask('sam', { client: 'client-0002' })).status).toBe(404)
  expect((await ask('olga', { client: 'nobody' })).status).toBe(404)
  expect((await ask('olga', { format: 'pdf' })).status).toBe(400)
})

test('As CSV it opens in a spreadsheet: local times with their zone, and no cell is a formula', async () => {
  const { type, text, headers } = await ask('olga', { format: 'csv', language: 'fr' })
  expect(type).toBe('text/csv; charset=utf-8')
  expect(headers.get('content-disposition')).toContain('.csv')
  const lines: Record<string, string>[] = parse(text, { columns: true, bom: true, delimiter: ';' })
  expect(lines).toHaveLength(25)
  expect(lines.find(({ Serveur }) => Serveur === done.server.host)).toMatchObject({
    Client: 'Client 0001',
    Résultat: 'échec',
    Début: '2026-11-21 09:00',
    'Fuseau horaire': 'Europe/Paris',
    'Mises à jour en échec': 'KB5048123',
  })
  expect(text.split(/[;\n]/).filter((cell) => /^"?[=+@-]/.test(cell))).toEqual([])
})

test('As a page it is whole in itself, in the language asked for, and text stays text', async () => {
  const { type, text } = await ask('olga', { format: 'html', language: 'fr' })
  expect(type).toBe('text/html; charset=utf-8')
  expect(text).toContain('<html lang="fr">')
  expect(text).toContain('Rapport de mise à jour')
  expect(text).toContain('ce rapport n&#39;est pas définitif')
  expect(text).toContain('&lt;b&gt;Client 0002')
  expect(text).not.toMatch(/<script|<link|<img|https?:|url\(|@import/i)
})
