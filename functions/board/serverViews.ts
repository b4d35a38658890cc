import type { Exclusion, ServerLine, ServerRun, Waiver } from '../../orchestrations/contracts/api.ts'
import type { StepRow } from '../../orchestrations/contracts/board.ts'
import type { RunState } from '../../orchestrations/domain/outcomes.ts'
import type { Heartbeat } from '../adapters/tables/heartbeats.ts'
import type { CommandRow, RunRow, ServerRow } from '../adapters/tables/rows.ts'

/** A server in a list; `heard`: its newest heartbeat; `now`: plan time. */
export function serverLineOf(
  row: ServerRow,
  facts: { clientName: string; state: RunState | undefined; heard: Heartbeat | undefined; now: number },
): ServerLine {
  const { serverId, clientId, host, role, kind } = row.server
  const { clientName, state, heard, now } = facts
  const excluded = exclusionOf(row, now)
  return {
    serverId,
    clientId,
    clientName,
    host,
    role,
    kind,
    enrolled: row.agent !== undefined,
    ...(heard ? { heardAt: heard.at } : {}),
    ...(state ? { state } : {}),
    ...(excluded ? { excluded } : {}),
  }
}

/** An exclusion that holds now; one whose time is over is none, whether or not somebody has written that down. */
export function exclusionOf({ excluded }: Pick<ServerRow, 'excluded'>, now: number): Exclusion | undefined {
  return excluded && (excluded.until ?? Infinity) > now ? excluded : undefined
}

/** A waiver that holds now. */
export function waiverOf({ server, waiver }: ServerRow, now: number): Waiver | undefined {
  if (!waiver || waiver.until <= now) return undefined
  const { serverId, clientId, host } = server
  return { serverId, clientId, host, ...waiver }
}

/** A server's place in a campaign with all that was commanded there. */
export function serverRunOf(run: RunRow, commands: readonly CommandRow[]): ServerRun {
  const { campaignId, order, state, attempts, updates, build, serverId } = run
  const steps = commands.filter((command) => command.subject === serverId).map(stepRowOf)
  return { campaignId, order, state, attempts, updates, ...(build === undefined ? {} : { build }), steps }
}

export function stepRowOf(command: CommandRow): StepRow {
  const { commandId, step, kind, attempt, on, issuedPlanAt, endedPlanAt, acceptedAt, end } = command
  const message =
    end?.type === 'failed' ? end.failure.message : end && 'message' in end ? end.message : undefined
  return {
    commandId,
    step,
    kind,
    attempt,
    on,
    issuedAt: issuedPlanAt,
    ...(acceptedAt === undefined ? {} : { acceptedAt: issuedPlanAt }),
    ...(endedPlanAt === undefined ? {} : { endedAt: endedPlanAt }),
    ...(end ? { outcome: end.type } : {}),
    ...(message === undefined ? {} : { message }),
  }
}
