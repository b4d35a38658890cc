import {
  ApprovalList,
  ClientShow,
  EnrolmentList,
  NoticeList,
  ServerList,
  ServerShow,
  TodoList,
} from '../../orchestrations/contracts/api.ts'
import { type Board, cellName, type ClientRow } from '../../orchestrations/contracts/board.ts'
import { planNow, sceneDetail } from './scene.ts'

const hour = 3_600_000
const window = { start: planNow - 14 * hour, end: planNow + 10 * hour }

function lineOf(row: ClientRow, server: ReturnType<typeof sceneDetail>['servers'][number]) {
  return {
    serverId: server.serverId,
    clientId: row.clientId,
    clientName: row.name,
    host: server.host,
    role: server.role,
    kind: server.kind,
    enrolled: true,
    heardAt: planNow - 20_000,
    state: server.state,
  }
}

export function sceneServers(board: Board, query: URLSearchParams): ServerList {
  const state = query.get('state')
  const ring = query.get('ring')
  const q = (query.get('q') ?? '').toLowerCase()
  const from = Number(query.get('cursor') ?? 0)
  const limit = Number(query.get('limit') ?? 200)
  const fits = board.clients
    .filter((row) => ring === null || String(row.ring) === ring)
    .flatMap((row) => {
      const wanted = (place: number) => state === null || cellName(row.cells[place] ?? 'p') === state
      if (!row.cells.split('').some((_, place) => wanted(place))) return []
      return sceneDetail(row)
        .servers.filter((_, place) => wanted(place))
        .map((server) => lineOf(row, server))
    })
    .filter(({ host }) => host.toLowerCase().includes(q))
  const more = from + limit < fits.length ? { next: String(from + limit) } : {}
  return ServerList.parse({ servers: fits.slice(from, from + limit), ...more })
}

export function sceneClientShow(row: ClientRow): ClientShow {
  const { servers } = sceneDetail(row)
  return ClientShow.parse({
    clientId: row.clientId,
    name: row.name,
    ring: row.ring,
    zone: 'Europe/Paris',
    contact: '+33 1 23 45 67 89',
    windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=SA,SU', start: '00:00', minutes: 1440 }],
    freezeDates: ['2026-12-24'],
    maxParallelServers: 1,
    priority: 100,
    revision: row.revision,
    control: row.state.kind === 'paused' ? row.state : { kind: 'running' },
    epoch: 0,
    emergency: false,
    lock: { owner: 'camp-2026-11', fence: 3, since: planNow - 2 * hour },
    nextWindows: [window, { start: window.start + 168 * hour, end: window.end + 168 * hour }],
    servers: servers.map((server) => lineOf(row, server)),
    waivers: [waiverOf(row)],
    checkpoints: [checkpointOf(row)],
    heldJobs: [],
  })
}

function waiverOf(row: ClientRow) {
  return {
    serverId: `${row.clientId}.web01`,
    clientId: row.clientId,
    host: 'WEB01',
    until: planNow + 8 * hour,
    reason: 'Backup is moved this week',
    actor: 'C. Petit',
    at: planNow - 20 * hour,
  }
}

function checkpointOf(row: ClientRow) {
  return {
    name: 'atlas-camp-2026-11',
    serverId: `${row.clientId}.app01`,
    host: 'APP01',
    on: `${row.clientId}.hv01`,
    campaignId: 'camp-2026-11',
    createdAt: planNow - 5 * hour,
    dueAt: planNow + 67 * hour,
  }
}

export function sceneServerShow(row: ClientRow, serverId: string): ServerShow | undefined {
  const server = sceneDetail(row).servers.find((one) => one.serverId === serverId)
  if (!server) return undefined
  const { order, state, attempts, updates, steps } = server
  return ServerShow.parse({
    ...lineOf(row, server),
    os: 'Windows Server 2022',
    build: '20348.2849',
    agentVersion: '0.1.0',
    machine: {
      lookedAt: planNow - 48 * hour,
      source: { kind: 'wsus', server: 'http://wsus01:8530', automatic: 'install' },
      otherPatchers: ['Atera (AteraAgent)'],
      sessions: { active: 3, disconnected: 1 },
    },
    runsOn: server.runsOn,
    ...(server.host === 'WEB01' ? { waiver: waiverOf(row) } : {}),
    checkpoints: server.host === 'APP01' ? [checkpointOf(row)] : [],
    runs: [{ campaignId: 'camp-2026-11', order, state, attempts, updates, steps }],
  })
}

export function sceneTodo(board: Board): TodoList {
  const about = (row: ClientRow) => ({
    campaignId: board.campaign.campaignId,
    clientId: row.clientId,
    clientName: row.name,
    ring: row.ring,
  })
  const troubled = board.clients.filter(
    ({ trouble }) => trouble !== undefined && trouble.outcome !== 'rolledBack',
  )
  const items = troubled.flatMap((row, index) =>
    row.trouble === undefined
      ? []
      : [
          {
            ...about(row),
            id: `needsOperator.camp-2026-11.${row.trouble.serverId}`,
            kind: row.trouble.outcome === 'unknown' ? 'unknown' : 'needsOperator',
            reason: row.trouble.reason,
            since: planNow - (index + 1) * 20 * 60_000,
            serverId: row.trouble.serverId,
            host: row.trouble.host,
            ...(index === 0
              ? { takenBy: 'C. Petit', takenAt: planNow - hour, decideAt: planNow + hour }
              : {}),
            notes:
              index === 0
                ? [{ at: planNow - hour, by: 'C. Petit', text: 'Called the client, waits for their DBA.' }]
                : [],
            etag: `"${index}"`,
          },
        ],
  )
  const [first] = board.clients
  const ring = {
    id: 'ringWaits.camp-2026-11.3',
    kind: 'ringWaits',
    reason: { code: 'waitsForPromote' },
    since: planNow - hour,
    campaignId: board.campaign.campaignId,
    ring: 3,
    notes: [],
    etag: '"r"',
  }
  const waiver = first && {
    ...about(first),
    id: `waiverEnding.${first.clientId}.web01`,
    kind: 'waiverEnding',
    reason: {
      code: 'waiverEnds',
      params: { untilAt: planNow + 8 * hour, reason: 'Backup is moved this week' },
    },
    since: planNow - 20 * hour,
    until: planNow + 8 * hour,
    serverId: `${first.clientId}.web01`,
    host: 'WEB01',
    notes: [],
    etag: '"w"',
  }
  return TodoList.parse({ items: [...items, ring, ...(waiver ? [waiver] : [])] })
}

export const sceneApprovals = (): ApprovalList =>
  ApprovalList.parse({
    approvals: [
      {
        approvalId: 'a1',
        action: 'unlockClient',
        requestedBy: 'C. Petit',
        requestedAt: planNow - 5 * 60_000,
        expiresAt: planNow + 25 * 60_000,
        request: 'POST /api/clients/client-15/unlock {"reason":"campaign of October is dead"}',
        state: { kind: 'waiting' },
      },
    ],
  })

export const sceneEnrolments = (): EnrolmentList =>
  EnrolmentList.parse({
    enrolments: [
      {
        enrolmentId: 'e1',
        clientId: 'client-15',
        host: 'NEW01',
        thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
        agentVersion: '0.1.0',
        askedAt: planNow - 40 * 60_000,
      },
    ],
  })

export function sceneNotices(board: Board): NoticeList {
  const row = board.clients.find(({ trouble }) => trouble)
  return NoticeList.parse({
    channels: ['mail'],
    notices: [
      {
        id: 'needsOperator.1',
        kind: 'needsOperator',
        at: planNow - 60_000,
        planAt: planNow,
        ...(row?.trouble
          ? {
              reason: row.trouble.reason,
              campaignId: board.campaign.campaignId,
              clientId: row.clientId,
              clientName: row.name,
              serverId: row.trouble.serverId,
              host: row.trouble.host,
            }
          : {}),
        deliveries: [
          { kind: 'sent', channel: 'mail', at: planNow - 59_000 },
          {
            kind: 'failed',
            channel: 'webhook',
            at: planNow - 50_000,
            attempts: 5,
            error: 'connect ECONNREFUSED',
          },
        ],
      },
      { id: 'ring.2', kind: 'ringWaits', at: planNow, planAt: planNow, ring: 2, deliveries: [] },
    ],
  })
}
