import type { Command } from 'commander'
import type { ClientRow } from '../../orchestrations/contracts/board.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import type { RunState } from '../../orchestrations/domain/outcomes.ts'
import type { Session } from '../session.ts'
import { campaignsUnderWay } from './pick.ts'
import { spokenName } from './verb.ts'

/** What a change would touch. A server under way is in hand or unknown; one that waits has not started. */
export interface Touched {
  readonly clients: number
  readonly servers: number
  readonly underWay: number
  readonly waiting: number
}

const targetsShown = 20

/** The answer of --dry-run: counts, and what was meant by its ids. Nothing has been sent that changes anything. */
export function showTouched(
  session: Session,
  command: Command,
  touched: Touched,
  targets: readonly string[],
): void {
  const { t } = session
  const verb = spokenName(command)
  session.show({ dryRun: true, verb, ...touched, targets }, () => [
    t.wouldTouch(verb, touched.clients, touched.servers),
    t.wouldTouchServers(touched.underWay, touched.waiting),
    ...targets.slice(0, targetsShown).map((target) => `  · ${target}`),
    ...(targets.length > targetsShown ? [`  ${t.errors.more(targets.length - targetsShown)}`] : []),
    t.nothingChanged,
  ])
}

export function touchedBy(rows: readonly ClientRow[]): Touched {
  const sum = totals(rows)
  return {
    clients: rows.length,
    servers: sum.servers,
    underWay: sum.inProgress + sum.unknown,
    waiting: sum.pending,
  }
}

export async function touchedByCampaign({ api }: Session, id: string, ring?: number): Promise<Touched> {
  const { clients } = await api.board(id)
  return touchedBy(clients.filter((row) => ring === undefined || row.ring === ring))
}

/** Of what is under way in any campaign; a client that is in none counts with its servers, none of them started. */
export async function touchedByClients(session: Session, ids: readonly string[] | 'all'): Promise<Touched> {
  const wanted = (id: string) => ids === 'all' || ids.includes(id)
  const [known, heads] = await Promise.all([session.api.clients(), campaignsUnderWay(session)])
  const boards = await Promise.all(heads.map(({ campaignId }) => session.api.board(campaignId)))
  const inCampaigns = boards.flatMap(({ clients }) => clients).filter((row) => wanted(row.clientId))
  const clients = known.filter((client) => wanted(client.clientId))
  const { underWay, waiting } = touchedBy(inCampaigns)
  const servers = clients.reduce((sum, client) => sum + client.servers, 0)
  return { clients: clients.length, servers, underWay, waiting }
}

interface Placed {
  readonly clientId: string
  readonly state?: RunState | undefined
}

export function touchedByServers(servers: readonly Placed[]): Touched {
  const count = (kinds: readonly RunState['kind'][]) =>
    servers.filter(({ state }) => state !== undefined && kinds.includes(state.kind)).length
  return {
    clients: new Set(servers.map(({ clientId }) => clientId)).size,
    servers: servers.length,
    underWay: count(['running', 'unknown']),
    waiting: count(['pending']),
  }
}

export const touchesNoServer: Touched = { clients: 0, servers: 0, underWay: 0, waiting: 0 }
