import { Board, type ClientRow, ClientDetail, type LedgerLine } from '../../orchestrations/contracts/board.ts'

/** Saturday 21 November 2026, 14:20 in Paris. */
export const planStart = Date.UTC(2026, 10, 20, 23, 0)
export const planNow = Date.UTC(2026, 10, 21, 13, 20)
const minute = 60_000

const firstWords = [
  'Boulangerie',
  'Clinique',
  'Garage',
  'Étude',
  'Pharmacie',
  'Hôtel',
  'Cabinet',
  'Imprimerie',
  'Menuiserie',
  'Domaine',
]
const lastWords = [
  'Ançay',
  'St-Jean',
  'Méridien',
  'Lefèvre',
  'du Lac',
  'Bellecour',
  'Durand',
  'des Tilleuls',
  'Moreau',
  'Grand-Pré',
]
const hosts = ['DC01', 'DC02', 'FS01', 'SQL01', 'APP01', 'APP02', 'RDS01', 'WEB01', 'BKP01', 'HV01']

const ringOf = (index: number, clients: number): number =>
  index < clients / 100 ? 0 : index < clients / 10 ? 1 : index < clients * 0.9 ? 2 : 3

/** Fixed pseudo-random numbers, so that every picture of the page is the same. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    yield state / 4_294_967_296
  }
}

function cellsOf(index: number, ring: number, servers: number, next: () => number): string {
  if (ring === 3) return 'p'.repeat(servers)
  const done = ring < 2 ? servers : Math.floor(next() * (servers + 3))
  const cells = Array.from({ length: servers }, (_, place): string => {
    if (place < done) return next() > 0.985 ? (next() > 0.5 ? 'b' : 'f') : next() > 0.98 ? 'k' : 's'
    return place === done ? 'r' : 'p'
  })
  if (index % 37 === 15) cells[4] = 'o'
  if (index % 53 === 20) cells[Math.min(done, servers - 1)] = 'u'
  if (index % 41 === 30) cells[servers - 1] = next() > 0.5 ? 'l' : 'x'
  return cells.join('')
}

function clientRow(index: number, clients: number, servers: number, next: () => number): unknown {
  const ring = ringOf(index, clients)
  const cells = cellsOf(index, ring, servers, next)
  const clientId = `client-${index}`
  const done = cells.split('').filter((cell) => !'pru'.includes(cell)).length
  const running = cells.indexOf('r')
  const trouble = cells.search(/[oufb]/)
  const host = (place: number) => hosts[place % hosts.length] ?? 'SRV'
  const paused = index % 29 === 14 && ring === 2
  const ended = done === servers
  return {
    clientId,
    name: `${firstWords[index % 10]} ${lastWords[Math.floor(index / 10) % 10]}${index >= 100 ? ` ${Math.floor(index / 100) + 1}` : ''}`,
    ring,
    revision: 10 + done * 8,
    state: ended
      ? { kind: 'ended' }
      : paused
        ? { kind: 'paused', reason: 'inventory count until six', actor: 'M. Durand' }
        : ring === 3
          ? { kind: 'waiting' }
          : index % 23 === 11
            ? {
                kind: 'held',
                reason: { code: 'windowClosed', params: { untilAt: planNow + 5 * 60 * minute } },
              }
            : { kind: 'running' },
    cells,
    now:
      running < 0
        ? []
        : [
            {
              serverId: `${clientId}.${host(running).toLowerCase()}`,
              host: host(running),
              step: ['checkpoint', 'install', 'install', 'reboot', 'verify'][Math.floor(next() * 5)],
              stepAt: planNow - Math.floor(next() * 20 * minute),
              startedAt: planNow - 25 * minute,
            },
          ],
    ...(trouble < 0
      ? {}
      : {
          trouble: {
            serverId: `${clientId}.${host(trouble).toLowerCase()}`,
            host: host(trouble),
            outcome: { o: 'needsOperator', u: 'unknown', f: 'failed', b: 'rolledBack' }[cells[trouble] ?? ''],
            reason:
              cells[trouble] === 'o'
                ? { code: 'rollbackNotAllowed', params: { role: 'sql' } }
                : { code: 'commandFailed', params: { step: 'install' } },
          },
        }),
    ...(ring < 3 ? { startedAt: planStart + ring * 60 * minute } : {}),
    ...(ended ? { endedAt: planNow - Math.floor(next() * 90 * minute) } : {}),
    spentMs: done * (38 + next() * 14) * minute,
    measured: done,
  }
}

/** A campaign in the middle of its night. */
export function sceneBoard(clients = 100, servers = 10): Board {
  const source = numbers(7)
  const next = () => source.next().value
  const rows = Array.from({ length: clients }, (_, index) => clientRow(index, clients, servers, next))
  const size = (ring: number) =>
    Array.from({ length: clients }, (_, i) => ringOf(i, clients)).filter((r) => r === ring).length
  return Board.parse({
    campaign: {
      campaignId: 'camp-2026-11',
      name: 'Campaign 2026-11 «November cumulative»',
      state: { kind: 'running' },
      planHash: 'a'.repeat(64),
      requestedBy: 'M. Durand',
      approvedBy: 'C. Petit',
      createdAt: planStart,
      startedAt: planStart,
    },
    clocks: { wire: planNow, plan: planNow, speed: 900 },
    stop: { kind: 'clear', epoch: 0 },
    rings: [
      { ring: 0, state: { kind: 'passed', at: planStart }, startedAt: planStart },
      { ring: 1, state: { kind: 'passed', at: planStart }, startedAt: planStart },
      { ring: 2, state: { kind: 'running' }, startedAt: planStart },
      { ring: 3, state: { kind: 'waiting', reason: { code: 'ringNotStarted', params: { ring: 2 } } } },
    ].map((ring) => ({ ...ring, clients: size(ring.ring), servers: size(ring.ring) * servers })),
    clients: rows,
  })
}

export function sceneDetail(row: ClientRow): ClientDetail {
  const servers = row.cells.split('').map((cell, place) => server(row, cell, place))
  return ClientDetail.parse({
    row,
    zone: 'Europe/Paris',
    contact: '+33 1 23 45 67 89',
    servers,
    ledger: sceneLedger(row),
  })
}

function server(row: ClientRow, cell: string, place: number): unknown {
  const host = hosts[place % hosts.length] ?? 'SRV'
  const serverId = `${row.clientId}.${host.toLowerCase()}${place >= 10 ? place : ''}`
  const startedAt = planNow - (10 - place) * 45 * minute
  const outcome = {
    s: 'succeeded',
    f: 'failed',
    b: 'rolledBack',
    o: 'needsOperator',
    k: 'skipped',
    c: 'carriedOver',
    x: 'excluded',
    l: 'offlineBeforeStart',
    n: 'notEnrolled',
  }[cell]
  const state =
    cell === 'p'
      ? { kind: 'pending' }
      : cell === 'r'
        ? { kind: 'running', step: 'install', startedAt, stepAt: planNow - 12 * minute }
        : cell === 'u'
          ? {
              kind: 'unknown',
              step: 'reboot',
              startedAt,
              since: planNow - 9 * minute,
              reason: { code: 'noAnswer' },
            }
          : {
              kind: 'ended',
              outcome,
              startedAt,
              endedAt: startedAt + 43 * minute,
              ...(cell === 'o'
                ? {
                    reason: { code: 'rollbackNotAllowed', params: { role: 'sql' } },
                    failure: {
                      code: 'installFailed',
                      message: 'The update KB5031364 was installed, then its service did not start.',
                      hresult: '0x80070643',
                      remedy: 'giveUp',
                    },
                  }
                : cell === 'f' || cell === 'b'
                  ? { reason: { code: 'commandFailed', params: { step: 'install', message: '0x80070643' } } }
                  : { reason: { code: 'updated' } }),
            }
  const steps = ['inspect', 'backupGate', 'checkpoint', 'install', 'reboot', 'verify', 'release']
  const shown =
    cell === 'p' ? [] : cell === 'r' ? steps.slice(0, 4) : cell === 'o' ? steps.slice(0, 6) : steps
  return {
    serverId,
    host,
    role: host.startsWith('SQL') ? 'sql' : 'application',
    kind: host.startsWith('HV') ? 'hyperVHost' : 'vm',
    ...(host.startsWith('HV') ? {} : { runsOn: `${row.clientId}.hv01` }),
    order: place + 1,
    state,
    attempts: cell === 'o' ? 2 : 1,
    updates:
      shown.length > 4
        ? [
            {
              id: 'u1',
              kb: 'KB5031364',
              title: '2026-11 Cumulative Update for Windows Server 2022',
              result: cell === 'o' ? 'failed' : 'succeeded',
            },
          ]
        : [],
    steps: [
      ...(cell === 'o' ? firstAttempt(serverId, startedAt - 70 * minute) : []),
      ...shown.map((step, number) => ({
        commandId: `camp-2026-11.p${cell === 'o' ? 2 : 1}.${serverId}.${step}.1`,
        step,
        kind: step,
        attempt: cell === 'o' && step === 'install' ? 2 : 1,
        on: step === 'checkpoint' ? `${row.clientId}.hv01` : serverId,
        issuedAt: startedAt + number * 6 * minute,
        ...(cell === 'r' && number === 3
          ? {}
          : {
              acceptedAt: startedAt + number * 6 * minute + 1000,
              endedAt: startedAt + number * 6 * minute + 5 * minute,
              outcome: 'succeeded',
              ...(cell === 'o' && step === 'verify'
                ? { outcome: 'failed', message: 'SQL Server (MSSQLSERVER) is stopped.' }
                : {}),
            }),
      })),
    ],
  }
}

/** What an operator's retry followed upon. */
function firstAttempt(serverId: string, startedAt: number): unknown[] {
  return ['inspect', 'backupGate', 'install'].map((step, number) => ({
    commandId: `camp-2026-11.p1.${serverId}.${step}.1`,
    step,
    kind: step,
    attempt: 1,
    on: serverId,
    issuedAt: startedAt + number * 7 * minute,
    endedAt: startedAt + number * 7 * minute + 6 * minute,
    outcome: step === 'install' ? 'failed' : 'succeeded',
    ...(step === 'install' ? { message: 'WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL' } : {}),
  }))
}

export function sceneLedger(row: ClientRow): LedgerLine[] {
  return ['issued', 'accepted', 'succeeded'].map((verb, number) => ({
    clientId: row.clientId,
    sequence: row.revision - 2 + number,
    at: planNow + number * 1000,
    planAt: planNow - (3 - number) * minute,
    actor: number === 0 ? 'atlas' : `agent:${row.clientId}.fs01`,
    action: `command.${verb}`,
    object: `camp-2026-11.${row.clientId}.fs01.checkpoint.1`,
    ...(number === 0 ? { detail: { kind: 'checkpoint', on: `${row.clientId}.fs01` } } : {}),
  }))
}
