import type { z } from 'zod'
import {
  type Approval,
  type CampaignReport,
  ClientShow,
  type Preparation,
  ServerList,
  ServerShow,
  type TodoItem,
  type UpdateLine,
} from '../../orchestrations/contracts/api.ts'
import { type Board, cellName, type ClientRow } from '../../orchestrations/contracts/board.ts'
import type { RunState } from '../../orchestrations/domain/outcomes.ts'
import { planNow, sceneDetail } from '../e2e/scene.ts'
import { type Answer, answered } from './wire.ts'

export const hour = 3_600_000

export type Line = z.input<typeof ServerList>['servers'][number]

function stateOf(letter: string): z.input<typeof RunState> {
  const name = cellName(letter)
  if (name === 'pending') return { kind: 'pending' }
  if (name === 'running') return { kind: 'running', step: 'install', startedAt: planNow, stepAt: planNow }
  if (name === 'unknown')
    return {
      kind: 'unknown',
      step: 'reboot',
      startedAt: planNow,
      since: planNow,
      reason: { code: 'noAnswer' },
    }
  const reason = { code: 'commandFailed' as const, params: { step: 'install', message: 'disk full' } }
  const why = name === 'failed' || name === 'needsOperator' ? { reason } : {}
  return { kind: 'ended', outcome: name, endedAt: planNow, ...why }
}

export function linesOf(row: ClientRow): Line[] {
  return sceneDetail(row).servers.map(({ serverId, host, role }, place) => ({
    serverId,
    clientId: row.clientId,
    clientName: row.name,
    host,
    role,
    kind: 'vm' as const,
    enrolled: true,
    heardAt: planNow,
    state: stateOf(row.cells[place] ?? 'p'),
  }))
}

export const nameOf = (state: Line['state']): string | undefined =>
  state?.kind === 'ended' ? state.outcome : state?.kind

/** Pages of a hundred, whatever is asked: every list is longer than one of them somewhere. */
export function serverList(board: Board, query: URLSearchParams): Answer {
  const [client, ring, state, q] = ['client', 'ring', 'state', 'q'].map((name) => query.get(name))
  const all = board.clients
    .filter((row) => !client || row.clientId === client)
    .filter((row) => !ring || row.ring === Number(ring))
    .flatMap(linesOf)
    .filter((line) => !state || nameOf(line.state) === state)
    .filter((line) => !q || line.host.toLowerCase().includes(q.toLowerCase()))
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Math.min(100, Number(query.get('limit') ?? 200))
  return answered(ServerList, { servers: all.slice(from, to), ...(to < all.length && { next: String(to) }) })
}

export function serverShow(line: Line, board: Board): Answer {
  const shown = {
    ...line,
    os: 'Windows Server 2022',
    machine: {
      lookedAt: planNow - 48 * hour,
      source: { kind: 'wsus' as const, server: 'http://wsus01:8530', automatic: 'install' as const },
      otherPatchers: ['Atera (AteraAgent)'],
    },
    checkpoints: [],
    runs: [
      {
        campaignId: board.campaign.campaignId,
        order: 1,
        state: line.state ?? { kind: 'pending' as const },
        attempts: 1,
        updates: [
          { id: 'u', kb: 'KB5031364', title: 'Cumulative', result: 'failed' as const, hresult: '0x80070643' },
        ],
        steps: [
          {
            commandId: 'camp.p0.client.host.install.1',
            step: 'install' as const,
            kind: 'install',
            attempt: 1,
            on: line.serverId,
            issuedAt: planNow - hour,
            endedAt: planNow,
            outcome: 'failed',
            message: 'disk full',
          },
        ],
      },
    ],
  }
  return answered(ServerShow, shown)
}

export function clientShow(row: ClientRow, more: Partial<z.input<typeof ClientShow>> = {}): Answer {
  return answered(ClientShow, {
    clientId: row.clientId,
    name: row.name,
    ring: row.ring,
    zone: 'Europe/Paris',
    windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=SA', start: '22:00', minutes: 480 }],
    freezeDates: ['2026-12-24'],
    maxParallelServers: 1,
    priority: 100,
    revision: row.revision,
    control: { kind: 'running' },
    epoch: 0,
    emergency: false,
    lock: { owner: 'camp-2026-11', fence: 4, since: planNow },
    nextWindows: [{ start: planNow + hour, end: planNow + 9 * hour }],
    servers: linesOf(row),
    waivers: [],
    checkpoints: [],
    heldJobs: [],
    ...more,
  })
}

export const openItem: z.input<typeof TodoItem> = {
  id: 'needsOperator.camp-2026-11.client-1.sql01',
  kind: 'needsOperator',
  reason: { code: 'rollbackNotAllowed', params: { role: 'sql' } },
  since: planNow,
  clientId: 'client-1',
  clientName: 'Clinique Ançay',
  serverId: 'client-1.sql01',
  host: 'SQL01',
  notes: [{ at: planNow, by: 'M. Durand', text: 'vendor called' }],
  etag: '"7"',
}

export const asked: z.input<typeof Approval> = {
  approvalId: 'ap-1',
  action: 'unlockClient',
  requestedBy: 'M. Durand',
  requestedAt: planNow,
  expiresAt: planNow + hour / 2,
  request: 'POST /api/clients/client-1/unlock {"reason":"x"}',
  state: { kind: 'waiting' },
}

export const update: z.input<typeof UpdateLine> = {
  kb: 'KB5031364',
  title: 'Cumulative update',
  succeeded: 30,
  failed: 2,
  clients: 9,
  clientsFailed: 2,
}
const counts = { waiting: 0, go: 3, noGo: 1, unknown: 0 }

export function preparationOf(
  board: Board,
  kind: 'running' | 'ended' = 'ended',
): z.input<typeof Preparation> {
  const by = { by: 'M. Durand', startedAt: planNow }
  const [row] = board.clients
  return {
    campaignId: board.campaign.campaignId,
    state: kind === 'running' ? { kind, ...by } : { kind, ...by, endedAt: planNow + hour },
    counts: kind === 'running' ? { ...counts, waiting: 3, go: 0 } : counts,
    clients: row
      ? [
          {
            clientId: row.clientId,
            name: row.name,
            verdict: 'noGo',
            counts,
            firstStart: planNow,
            end: { p20: planNow, p50: planNow, p80: planNow + hour },
            servers: linesOf(row).map(({ serverId, host }, place) => ({
              serverId,
              host,
              verdict: place === 0 ? ('noGo' as const) : ('go' as const),
              findings:
                place === 0
                  ? [{ severity: 'blocks' as const, reason: { code: 'backupMissing' as const } }]
                  : [{ severity: 'fine' as const, reason: { code: 'diskEnough' as const } }],
            })),
          },
        ]
      : [],
  }
}

export function report(board: Board): z.input<typeof CampaignReport> {
  const [row] = board.clients
  return {
    campaign: board.campaign,
    generatedAt: planNow,
    counts: { succeeded: 39, failed: 1 },
    servers: 40,
    updates: [{ kb: 'KB5031364', title: 'Cumulative update', succeeded: 39, failed: 1, clients: 10 }],
    clients: row
      ? [
          {
            clientId: row.clientId,
            name: row.name,
            ring: row.ring,
            zone: 'Europe/Paris',
            counts: { succeeded: 3, failed: 1 },
            servers: [
              {
                serverId: `${row.clientId}.dc01`,
                host: 'DC01',
                role: 'domainController',
                state: stateOf('f'),
                updates: [],
                attempts: 2,
                downtimeMs: 600_000,
                nextAt: planNow + 24 * hour,
              },
            ],
            open: [{ host: 'SQL01', reason: { code: 'checkpointStands', params: { host: 'SQL01' } } }],
          },
        ]
      : [],
  }
}
