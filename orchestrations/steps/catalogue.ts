import type { Failure } from '../domain/failures.ts'
import type { Role, ServerKind } from '../domain/fleet.ts'
import type { CampaignId, ClientId, CommandId, RingNumber, ServerId } from '../domain/ids.ts'
import type { OutcomeKind, UpdateResult, UpdateStep } from '../domain/outcomes.ts'
import type { Reason } from '../domain/reasons.ts'
import type { Dependent } from '../domain/dependents.ts'
import type { BackupWaiver } from '../domain/gate.ts'
import type { Plan } from '../domain/planned.ts'
import type { HealthProbe } from '../domain/probes.ts'
import type { CampaignSettings } from '../domain/settings.ts'
import type { Approval } from '../domain/updates.ts'
import type { HeldJobs, StandingCheckpoint } from '../contracts/api.ts'
import type { RefusalReason } from '../contracts/report.ts'
import type { Task, TaskResult } from '../contracts/tasks.ts'
import { step } from './step.ts'

/** All times are plan time, epoch ms: wire bounds arrive here already converted (architecture.md, section 9). */

export interface OpenedCampaign {
  readonly rings: readonly { readonly ring: RingNumber; readonly groups: readonly (readonly ClientId[])[] }[]
}
/** Reads what the campaign is to do: its rings and, in groups of at most 100, their clients. */
export const openCampaign = step<{ campaignId: CampaignId }, OpenedCampaign>('openCampaign')

/** What something waits for; a hint about it wakes the wait. */
export type Subject =
  /** Until no server of the campaign waits or is under way, also of those that got their place back. */
  | { readonly kind: 'idle' }
  /** Until the next window, or the campaign's cancellation. */
  | { readonly kind: 'window'; readonly until: number }
  | { readonly kind: 'ring'; readonly ring: RingNumber }
  | { readonly kind: 'gate'; readonly ring: RingNumber }
  | { readonly kind: 'client'; readonly clientId: ClientId; readonly ring: RingNumber; readonly lane: string }
  | { readonly kind: 'stop'; readonly clientId: ClientId }
  | {
      readonly kind: 'command'
      readonly clientId: ClientId
      readonly commandId: CommandId
      readonly until: number
    }

export type Peek = { readonly kind: 'go' } | { readonly kind: 'hold'; readonly until?: number }
/** Whether the wait is over; leaves the name of the waiting instance where controls find it. */
export const peek = step<{ campaignId: CampaignId; subject: Subject; instanceId: string }, Peek>('peek')

/** Marks a ring as running (its hold and promote were looked at by `peek`). */
export const startRing = step<{ campaignId: CampaignId; ring: RingNumber }, void>('startRing')

/** Marks a ring whose clients have all ended, so that its gate can be judged. */
export const endRing = step<{ campaignId: CampaignId; ring: RingNumber }, void>('endRing')

export type CampaignEnd = { readonly kind: 'ended' } | { readonly kind: 'carryOver'; readonly nextAt: number }
/** Closes a pass over all rings: nothing left, or servers that wait for their next window. */
export const endCampaign = step<{ campaignId: CampaignId }, CampaignEnd>('endCampaign')

export interface ServerInput {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly ring: RingNumber
  readonly serverId: ServerId
  /** How often it got its place back, and the instance that updates it this time: never one used before. */
  readonly round: number
  readonly instanceId: string
  readonly host: string
  readonly kind: ServerKind
  readonly role: Role
  readonly runsOn?: ServerId
  readonly backupServer?: ServerId
  /** What must answer before it counts as healthy. */
  readonly probes?: readonly HealthProbe[]
  readonly fence: number
  /** `remove`: what is approved is taken off it. */
  readonly purpose: Plan['purpose']
  readonly approval: Approval
  /** Plan time at which the window in which it was started closes: nothing is begun on it after that. */
  readonly windowEnd?: number
  /** Plan time after which it is not begun at all: later, its window would close over its update or its rollback. */
  readonly latestStart?: number
  /** Its backup is not asked for until then. */
  readonly waiver?: BackupWaiver
  readonly settings: CampaignSettings
}

/** How many of a client's servers may be under way at once. */
export const openClient = step<{ campaignId: CampaignId; clientId: ClientId }, { lanes: number }>(
  'openClient',
)

export type Turn =
  | { readonly kind: 'start'; readonly server: ServerInput }
  | { readonly kind: 'hold' }
  | { readonly kind: 'finish' }
export interface TurnInput {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly ring: RingNumber
  readonly pass: number
  /** Names this turn in the client's stories: a repeated activity finds the start that it made. */
  readonly turn: string
}
/** Decides what a client does next; takes its lock, records servers that won't run, starts at most one. */
export const takeTurn = step<TurnInput, Turn>('takeTurn')

export interface CommandSpec {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly serverId: ServerId
  /** The agent that carries it out. */
  readonly on: ServerId
  readonly step: UpdateStep
  readonly attempt: number
  readonly commandId: CommandId
  readonly task: Task
  readonly fence: number
  readonly timeoutSeconds: number
  /** Plan time, epoch ms, after which its agent refuses to begin it: the end of its window. */
  readonly notAfter?: number
  /** Longest pause between two looks at it, while it is open: the campaign's CheckInterval. */
  readonly checkSeconds: number
  /** Beside any server's own story: no place in a campaign is touched. */
  readonly aside?: true
  /** How long a checkpoint that it makes may stand, plan ms. */
  readonly keepCheckpointMs?: number
  /** Backup jobs of the server that it may disable. */
  readonly holds?: HeldJobs['jobs']
  readonly instanceId: string
}

export type CommandEnd =
  | { readonly kind: 'succeeded'; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted'; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }
  | { readonly kind: 'tombstone' }

export type Issued =
  | { readonly kind: 'open'; readonly pollAt: number }
  | { readonly kind: 'ended'; readonly end: CommandEnd }
  /** Not issued: the emergency stop or the client's own stop is raised. */
  | { readonly kind: 'stopped' }
  /** Not issued: the client's lock is not ours any more; nothing more may be done. */
  | { readonly kind: 'fenced'; readonly fence: number }
  /** Not issued: the machine that is to carry it out is in quarantine. */
  | { readonly kind: 'quarantined'; readonly reason: Reason }
/** Stores the command with its server's status and ledger row, then sends it. Repeating it sends the same. */
export const issueCommand = step<CommandSpec, Issued>('issueCommand')

/** A command that only reads or fetches: it needs no lock and disturbs none. */
export interface Reading {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly serverId: ServerId
  readonly on: ServerId
  readonly step: UpdateStep
  readonly commandId: CommandId
  readonly task: Extract<Task, { kind: 'inspect' | 'download' }>
  readonly timeoutSeconds: number
  readonly checkSeconds: number
  readonly instanceId: string
}
/** Like `issueCommand`, outside the client's lock; not issued while a stop is raised. */
export const issueReading = step<Reading, Exclude<Issued, { kind: 'fenced' }>>('issueReading')

export type Looked =
  | { readonly kind: 'open'; readonly pollAt: number; readonly overdue: boolean }
  | { readonly kind: 'ended'; readonly end: CommandEnd }
/** Looks at a command's row; one that is overdue is sent again or, past its start-by, inquired about. */
export const lookAtCommand = step<
  { clientId: ClientId; commandId: CommandId; round: number; timeoutSeconds: number; checkSeconds: number },
  Looked
>('lookAtCommand')

/** Records that nobody knows how a server is, judges the ring, and answers until when a report is awaited. */
export const markUnknown = step<
  {
    campaignId: CampaignId
    clientId: ClientId
    ring: RingNumber
    serverId: ServerId
    round: number
    step: UpdateStep
    reason: Reason
  },
  { until: number }
>('markUnknown')

export interface ServerEnd {
  readonly outcome: OutcomeKind
  readonly reason: Reason
  readonly failure?: Failure
  readonly updates: readonly UpdateResult[]
  /** What somebody should know beside the reason: updates left out, servers not probed. */
  readonly notes?: readonly Reason[]
  readonly build?: string
  readonly attempts: number
}
/** The servers that tell whether a SQL server or a domain controller still serves. */
export const findDependents = step<
  { campaignId: CampaignId; clientId: ClientId; serverId: ServerId },
  readonly Dependent[]
>('findDependents')

export type OpenedCleanup =
  | {
      readonly kind: 'opened'
      readonly fence: number
      readonly checkpoints: readonly Pick<StandingCheckpoint, 'name' | 'serverId' | 'host' | 'on'>[]
      readonly jobs: readonly Pick<HeldJobs, 'serverId' | 'host' | 'on' | 'jobs'>[]
    }
  | { readonly kind: 'nothing' }
/** Takes a client's lock for removing checkpoints and releasing jobs that are due, unless a campaign has it or none is. */
export const openCleanup = step<{ clientId: ClientId; owner: CampaignId }, OpenedCleanup>('openCleanup')

/** Writes down why a checkpoint that was to go is still there. */
export const keepCheckpoint = step<{ clientId: ClientId; name: string; message: string }, void>(
  'keepCheckpoint',
)

/** Writes down why jobs that were to be released are still held. */
export const keepJobs = step<{ clientId: ClientId; serverId: ServerId; on: ServerId; message: string }, void>(
  'keepJobs',
)

/** Gives the lock back. */
export const closeCleanup = step<{ clientId: ClientId; owner: CampaignId }, void>('closeCleanup')

/** Records how a server ended, and judges its ring when that is no success. */
export const endServer = step<
  {
    campaignId: CampaignId
    clientId: ClientId
    ring: RingNumber
    serverId: ServerId
    round: number
    end: ServerEnd
  },
  void
>('endServer')

export interface PreparationRound {
  readonly campaignId: CampaignId
  /** Preparations of a campaign are counted; each has instances of its own. */
  readonly round: number
}
/** The plan's clients, in groups of at most 100. */
export const openPreparation = step<PreparationRound, { groups: readonly (readonly ClientId[])[] }>(
  'openPreparation',
)

export interface ToPrepare {
  readonly serverId: ServerId
  readonly backupServer?: ServerId
  readonly host: string
}
/** A client's servers; those that nobody needs to be asked about are judged already. */
export const openPreparedClient = step<
  PreparationRound & { clientId: ClientId },
  { servers: readonly ToPrepare[]; checkSeconds: number }
>('openPreparedClient')

/** An answer, or why there is none. */
export type Read<T> =
  | { readonly kind: 'answer'; readonly result: T }
  | { readonly kind: 'none'; readonly message: string }

export interface PreparedInput extends PreparationRound {
  readonly clientId: ClientId
  readonly serverId: ServerId
  readonly inspected: Read<TaskResult<'inspect'>>
  readonly backup?: Read<TaskResult<'inspect'>>
  readonly download?: Read<TaskResult<'download'>>
}
/** Judges a server with what was found, writes that down, and answers what there is to download. */
export const recordPrepared = step<PreparedInput, { updates: readonly string[] }>('recordPrepared')

export const endPreparation = step<PreparationRound, void>('endPreparation')
