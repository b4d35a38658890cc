import {
  CampaignReport,
  InventoryAnswer,
  Preparation,
  UpdateList,
} from '../../orchestrations/contracts/api.ts'
import { type Board, cellName } from '../../orchestrations/contracts/board.ts'
import { planNow, sceneDetail } from './scene.ts'

const hour = 3_600_000
const firstStart = planNow - 14 * hour

export const sceneUpdates = (): UpdateList =>
  UpdateList.parse({
    campaignId: 'camp-2026-11',
    updates: [
      {
        kb: 'KB5031364',
        title: '2026-11 Cumulative Update for Windows Server 2022',
        succeeded: 590,
        failed: 4,
        clients: 78,
        clientsFailed: 3,
      },
      {
        kb: 'KB5031539',
        title: '2026-11 Servicing Stack Update',
        succeeded: 12,
        failed: 9,
        clients: 9,
        clientsFailed: 3,
        blocked: { reason: 'Failed at 3 clients', actor: 'atlas', at: planNow - hour },
      },
    ],
  })

const verdictOf = (index: number) => (index % 17 === 3 ? 'noGo' : index % 29 === 5 ? 'unknown' : 'go')

export function scenePreparation(board: Board, kind: 'running' | 'ended'): Preparation {
  const clients = board.clients.map((row, index) => {
    const worst = verdictOf(index)
    const servers = sceneDetail(row).servers.map(({ serverId, host }, place) => {
      const verdict = place === 3 ? worst : 'go'
      const blocks =
        verdict === 'noGo'
          ? [
              {
                severity: 'blocks',
                reason: { code: 'backupTooOld', params: { newestAt: planNow - 90 * hour, maxAgeHours: 36 } },
              },
            ]
          : verdict === 'unknown'
            ? [
                {
                  severity: 'blocks',
                  reason: { code: 'agentSilent', params: { sinceAt: planNow - 9 * hour } },
                },
              ]
            : []
      const warns = place === 1 ? [{ severity: 'warns', reason: { code: 'rebootPending' } }] : []
      const fine = [{ severity: 'fine', reason: { code: 'diskEnough', params: { freeBytes: 8e10 } } }]
      return { serverId, host, verdict, findings: [...fine, ...warns, ...blocks], lookedAt: planNow - hour }
    })
    const count = (verdict: string) => servers.filter((one) => one.verdict === verdict).length
    return {
      clientId: row.clientId,
      name: row.name,
      verdict: worst,
      counts: { waiting: 0, go: count('go'), noGo: count('noGo'), unknown: count('unknown') },
      firstStart: firstStart,
      end: { p20: firstStart + 5 * hour, p50: firstStart + 6 * hour, p80: firstStart + 8 * hour },
      servers,
    }
  })
  const sum = (key: 'go' | 'noGo' | 'unknown') => clients.reduce((all, { counts }) => all + counts[key], 0)
  return Preparation.parse({
    campaignId: board.campaign.campaignId,
    state:
      kind === 'running'
        ? { kind, by: 'M. Durand', startedAt: planNow - hour }
        : { kind, by: 'M. Durand', startedAt: planNow - hour, endedAt: planNow },
    counts: {
      waiting: kind === 'running' ? 40 : 0,
      go: sum('go'),
      noGo: sum('noGo'),
      unknown: sum('unknown'),
    },
    clients,
  })
}

export function sceneReport(board: Board, client: string | null): CampaignReport {
  const rows = board.clients.filter((row) => client === null || row.clientId === client)
  const clients = rows.map((row) => {
    const detail = sceneDetail(row)
    return {
      clientId: row.clientId,
      name: row.name,
      ring: row.ring,
      zone: 'Europe/Paris',
      counts: countsOf(row.cells),
      servers: detail.servers.map(({ serverId, host, role, state, updates, attempts }) => ({
        serverId,
        host,
        role,
        state,
        updates,
        attempts,
        buildBefore: '20348.2762',
        build: '20348.2849',
        downtimeMs: 9 * 60_000,
      })),
      open: row.trouble
        ? [{ serverId: row.trouble.serverId, host: row.trouble.host, reason: row.trouble.reason }]
        : [],
    }
  })
  return CampaignReport.parse({
    campaign: board.campaign,
    generatedAt: planNow,
    ...(client === null ? {} : { clientId: client }),
    counts: countsOf(rows.map(({ cells }) => cells).join('')),
    servers: rows.reduce((sum, { cells }) => sum + cells.length, 0),
    updates: sceneUpdates().updates.map(({ kb, title, succeeded, failed, clients: at }) => ({
      kb,
      title,
      succeeded,
      failed,
      clients: at,
    })),
    clients,
  })
}

function countsOf(cells: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const cell of cells) {
    const name = cellName(cell)
    if (!['pending', 'running', 'unknown'].includes(name)) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

export function sceneImport(applied: boolean, skipInvalid: boolean, remove: boolean): InventoryAnswer {
  const fault = {
    file: 'rmm.csv',
    line: 7,
    column: 'Ring',
    code: 'unknownRing',
    params: { text: 'gold' },
  }
  return InventoryAnswer.parse({
    importId: 'i1',
    applied,
    encoding: 'windows-1252',
    separator: ';',
    headings: [
      { heading: 'Client', meaning: 'client' },
      { heading: 'Nom de la machine', meaning: 'host' },
      { heading: 'Anneau', meaning: 'ring' },
      { heading: 'Garantie', meaning: null },
    ],
    rows: 12,
    clients: 2,
    servers: 11,
    added: 3,
    changed: 1,
    unchanged: 7,
    absent: 2,
    removed: remove ? 2 : 0,
    skipped: skipInvalid ? 1 : 0,
    errors: [fault],
    changes: [
      { kind: 'added', clientId: 'client-1', serverId: 'client-1.new01', fields: [] },
      {
        kind: 'changed',
        clientId: 'client-1',
        serverId: 'client-1.fs01',
        fields: [{ name: 'ring', before: '2', after: '1' }],
      },
      { kind: 'absent', clientId: 'client-1', serverId: 'client-1.old01', fields: [] },
    ],
    notes: [],
  })
}
