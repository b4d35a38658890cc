import { z } from 'zod'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { readJournal } from '../journal/read.ts'
import { apply, emptyState, openEntries, unacknowledged } from '../state.ts'
import { configurationOrUndefined } from './configuration.ts'
import { loadIdentity } from './enrolment.ts'
import type { AgentFolder } from './folder.ts'
import { isLocked } from './lock.ts'
import { readStatus } from './status.ts'
import type { AgentStatus } from './status.ts'

/** An agent that the server has not answered for so long needs somebody, wire ms. */
const silentMs = 5 * 60_000
/** A clock that is off by more than this can't sign requests; the agent corrects it, others on the host can't. */
const skewMs = 60_000

/** What `status` finds, from outside, whether or not the agent runs. */
export interface Look {
  readonly running: boolean
  readonly serverId: string | undefined
  readonly clientId: string | undefined
  readonly server: string | undefined
  readonly refusedKinds: readonly string[]
  readonly status: AgentStatus | undefined
  readonly journal: Journal
  /** What an administrator has to see to; empty when all is well. */
  readonly attention: readonly string[]
}

export const Journal = z.object({
  bytes: z.number(),
  /** Commands that were accepted and have not ended. */
  open: z.array(
    z.object({ commandId: z.string(), kind: z.string(), of: z.string(), acceptedAt: z.number() }),
  ),
  /** Reports that the server has not acknowledged. */
  untold: z.number(),
  damage: z.string().optional(),
})
export type Journal = z.infer<typeof Journal>

/** Looks without touching anything. Throws where a file can't be read. */
export function look(folder: AgentFolder, now: number): Look {
  const configuration = configurationOrUndefined(folder.configuration)
  const registration = loadIdentity(folder)?.registration
  const running = isLocked(folder.lock)
  const allowed = new Set<string>(configuration?.allowedKinds ?? taskKinds)
  const facts = {
    running,
    serverId: registration?.serverId,
    clientId: registration?.clientId,
    server: configuration?.server,
    refusedKinds: taskKinds.filter((kind) => !allowed.has(kind)),
    status: readStatus(folder.status),
    journal: lookAtJournal(folder.journal),
  }
  return { ...facts, attention: attentionOf(facts, now) }
}

function lookAtJournal(file: string): Journal {
  const { records, goodBytes, corruption } = readJournal(file)
  const state = apply(emptyState, records)
  const open = openEntries(state).map(({ facts: { commandId, task, subject, acceptedAt } }) => {
    return { commandId, kind: task.kind, of: subject.serverId, acceptedAt }
  })
  const damage = corruption && `line ${corruption.line}: ${corruption.message}`
  return {
    bytes: goodBytes,
    open,
    untold: unacknowledged(state).length,
    ...(damage === undefined ? {} : { damage }),
  }
}

function attentionOf({ running, serverId, server, status, journal }: Omit<Look, 'attention'>, now: number) {
  const found: string[] = []
  if (server === undefined) found.push('it is not configured: run install.ps1')
  if (!running) found.push('it does not run')
  if (serverId === undefined)
    found.push(
      status?.waiting === undefined
        ? 'it is not enrolled'
        : `it waits for an operator's approval: ${status.waiting}`,
    )
  if (status?.quarantined !== undefined)
    found.push(`it is quarantined (${status.quarantined}): no command comes until an operator trusts it`)
  if (journal.damage !== undefined)
    found.push(`its journal is damaged, no command is taken on (${journal.damage})`)
  if (running && serverId !== undefined) found.push(...silence(status, now))
  if (status?.skewMs !== undefined && Math.abs(status.skewMs) > skewMs)
    found.push(`this host's clock is ${Math.round(status.skewMs / 1000)} s off the server's`)
  return found
}

function silence(status: AgentStatus | undefined, now: number): string[] {
  const since = status?.heardAt ?? status?.startedAt
  if (since !== undefined && now - since <= silentMs) return []
  const why =
    status?.failure === undefined ? '' : `: ${status.failure.what} failed: ${status.failure.message}`
  return [`the server has not answered for over ${silentMs / 60_000} minutes${why}`]
}
