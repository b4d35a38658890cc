import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Board } from '../../../orchestrations/contracts/board.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import type { Plan } from '../../../orchestrations/domain/planned.ts'
import type { Inventory } from '../../../orchestrations/domain/fleet.ts'

/** What `--json` prints; times in seconds. */
export interface Result {
  readonly clients: number
  readonly servers: number
  readonly succeeded: number
  readonly failed: number
  readonly rolledBack: number
  readonly skipped: number
  readonly needsOperator: number
  readonly notEnrolled: number
  readonly offlineBeforeStart: number
  readonly carriedOver: number
  readonly excluded: number
  /** Tasks that the agents carried out to their end. */
  readonly commands: number
  /** Plan time from START to the campaign's end. */
  readonly simulatedSeconds: number
  /** The least plan time possible with the durations drawn: per ring its slowest client's sum, with soak. */
  readonly boundSeconds: number
  /** Real time from START to the end, without the time that ATLAS was not running. */
  readonly wallSeconds: number
}

const Work = z.object({ commandId: z.string(), planMs: z.number() })
export type Work = z.infer<typeof Work>

/** The simulated machines' own record of the tasks that they ended. A torn last line is left out. */
export function readWork(data: string): Work[] {
  const file = join(data, 'fleet', 'work.ndjson')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return lines.flatMap((line, index) => {
    if (line === '') return []
    try {
      return [Work.parse(JSON.parse(line))]
    } catch (error) {
      if (index >= lines.length - 2) return []
      throw error
    }
  })
}

export function resultOf(
  board: Board,
  inventory: Inventory,
  plan: Plan,
  work: readonly Work[],
  wallSeconds: number,
): Result {
  const sum = totals(board.clients)
  const { startedAt = 0, endedAt = 0 } = board.campaign
  return {
    clients: sum.clients,
    servers: sum.servers + plan.refused.length,
    ...sum.byOutcome,
    // What the plan refused takes no part, but nothing of the inventory vanishes from the sum.
    excluded: sum.byOutcome.excluded + plan.refused.length,
    commands: work.length,
    simulatedSeconds: Math.round((endedAt - startedAt) / 1000),
    boundSeconds: Math.round(boundMs(board, inventory, plan.settings.soakMinutes, work) / 1000),
    wallSeconds: Math.round(wallSeconds * 10) / 10,
  }
}

/** Rings one after the other; in a ring the slowest client; in a client its servers, so many at a time. */
function boundMs(
  board: Board,
  inventory: Inventory,
  soakMinutes: readonly number[],
  work: readonly Work[],
): number {
  const byServer = new Map<string, number>()
  for (const { commandId, planMs } of work) {
    const subject = subjectOf(commandId)
    byServer.set(subject, (byServer.get(subject) ?? 0) + planMs)
  }
  const clientMs = new Map<string, number>()
  for (const client of inventory.clients) {
    const own = inventory.servers.filter((server) => server.clientId === client.clientId)
    const spent = own.map((server) => byServer.get(server.serverId) ?? 0)
    const inSequence = spent.reduce((total, ms) => total + ms, 0) / client.maxParallelServers
    clientMs.set(client.clientId, Math.max(inSequence, ...spent))
  }
  const last = Math.max(...board.rings.filter((ring) => ring.servers > 0).map((ring) => ring.ring))
  return board.rings.reduce((total, { ring, servers }) => {
    const slowest = board.clients
      .filter((row) => row.ring === ring)
      .map((row) => clientMs.get(row.clientId) ?? 0)
    const promoted = board.rings.some((row) => row.ring >= ring && row.promotedBy !== undefined)
    const soak = servers > 0 && ring < last && !promoted ? (soakMinutes[ring] ?? 0) * 60_000 : 0
    return total + Math.max(0, ...slowest) + soak
  }, 0)
}

/** The server that a command is about: `<campaign>.p<pass>.<server>.<step>.<attempt>`. */
const subjectOf = (commandId: string): string => commandId.split('.').slice(2, -2).join('.')
