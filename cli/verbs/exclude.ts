import type { Command } from 'commander'
import type { ExcludeBody } from '../../orchestrations/contracts/api.ts'
import type { Cli, Session } from '../session.ts'
import { planTime } from './when.ts'

interface ExcludeOptions {
  readonly reason: string
  readonly until?: string
  readonly caller?: string
}

/** A client and a server are excluded in the same words. */
export function excludeOptions(command: Command, { t }: Cli): Command {
  return command
    .requiredOption('--reason <text>', t.options.reasonNeeded)
    .option('--until <when>', t.options.until)
    .option('--caller <name>', t.options.caller)
}

export async function excludeBody(session: Session, command: Command): Promise<ExcludeBody> {
  const { reason, until: when, caller } = command.opts<ExcludeOptions>()
  const until = await planTime(session, when)
  return { reason, ...(until !== undefined && { until }), ...(caller !== undefined && { caller }) }
}
