import { z } from 'zod'
import { backupGate, readiness, type BackupVerdict, type BackupWaiver } from './gate.ts'
import { Reason, reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import { minuteMs, type Instant } from './time.ts'
import { chooseUpdates, type Approval, type Offered } from './updates.ts'

/** `blocks`: as it stands the server would not be updated. `warns`: it would, and somebody should know. */
export const Finding = z.object({ severity: z.enum(['blocks', 'warns', 'fine']), reason: Reason })
export type Finding = z.infer<typeof Finding>

export type PreparedVerdict = 'go' | 'noGo' | 'unknown'

/** What is known of a server before anybody asks its agent. Times are plan time, but for `heardAgoSeconds`. */
export interface KnownBefore {
  readonly enrolled: boolean
  /** Wire seconds since its last heartbeat; undefined: never heard. */
  readonly heardAgoSeconds?: number | undefined
  /** Its clock against ours as of that heartbeat, wire ms. */
  readonly skewMs?: number | undefined
  readonly quarantined?: Reason | undefined
  readonly excluded?: { readonly until?: Instant | undefined } | undefined
  readonly waiver?: BackupWaiver | undefined
  /** The first window has no room for it. */
  readonly carriedOver: boolean
  /** When its client starts. */
  readonly firstStart: Instant
}

export interface Inspected {
  readonly freeBytes: number
  readonly pendingReboot: readonly string[]
  readonly hold?: string | undefined
  readonly offered: readonly Offered[]
  readonly clockSkewSeconds?: number | undefined
  readonly source?: UpdatePolicy | undefined
  /** What else could patch or reboot it by itself. */
  readonly otherPatchers?: readonly string[] | undefined
  /** Of a Hyper-V host: its replicated guests, in Hyper-V's own words. */
  readonly replicas?: readonly { readonly vm: string; readonly health: string }[] | undefined
}

/** Where updates come from, and what Windows does with them by itself. */
export interface UpdatePolicy {
  readonly kind: 'windowsUpdate' | 'microsoftUpdate' | 'wsus' | 'unknown'
  readonly server?: string | undefined
  readonly automatic: 'off' | 'notify' | 'download' | 'install' | 'unknown'
  readonly deliveryOptimization?:
    | {
        readonly mode: string
        readonly maxKilobitsPerSecond?: number | undefined
        readonly maxPercent?: number | undefined
      }
    | undefined
}

export interface PreparedFacts {
  readonly before: KnownBefore
  /** A string: why nobody could look. */
  readonly inspected: Inspected | string
  readonly newestRestorePointAt?: Instant | null | undefined
  /** Absent: not asked for. A string: why it broke off. */
  readonly download?: { readonly missing: readonly string[] } | string | undefined
}

export type PrepareSettings = Pick<
  CampaignSettings,
  'requireBackup' | 'backupMaxAgeHours' | 'minimumFreeBytes' | 'offlineAfterSeconds'
>

/** Kerberos refuses from here on. */
const skewLimitMs = 5 * minuteMs
const clockSkewed = (skewMs: number) =>
  warns(reason('clockSkewed', { minutes: Math.round(Math.abs(skewMs) / minuteMs) }))

const blocks = (why: Reason): Finding => ({ severity: 'blocks', reason: why })
const warns = (why: Reason): Finding => ({ severity: 'warns', reason: why })
const fine = (why: Reason): Finding => ({ severity: 'fine', reason: why })

/** Why a server's agent isn't asked at all: nobody would answer, or nothing that it says is believed. */
export function notAsked(before: KnownBefore, settings: PrepareSettings): Finding | undefined {
  if (!before.enrolled) return blocks(reason('notEnrolled'))
  if (before.quarantined) return blocks(reason('quarantined'))
  const { heardAgoSeconds } = before
  if (heardAgoSeconds === undefined || heardAgoSeconds > settings.offlineAfterSeconds)
    return blocks(reason('agentSilent'))
  return undefined
}

/**
 * Whether a server can be updated as it stands, and everything that somebody should know about it. No answer is
 * unknown, never a go; what blocks is a no-go whatever else is fine. Pure.
 */
export function judgePrepared(
  facts: PreparedFacts,
  settings: PrepareSettings,
  approval: Approval,
  now: Instant,
): { verdict: PreparedVerdict; findings: Finding[] } {
  const { before, inspected } = facts
  const unasked = notAsked(before, settings)
  if (unasked) return { verdict: 'unknown', findings: [unasked, ...planned(before)] }
  const recent = fine(reason('agentRecent'))
  if (typeof inspected === 'string') {
    const broken = blocks(reason('inspectFailed', { message: inspected.slice(0, 500) }))
    return { verdict: 'unknown', findings: [recent, broken, ...planned(before)] }
  }
  const findings = [
    recent,
    ...planned(before),
    ...machine(inspected, settings),
    backup(facts, settings, now),
    ...clock(before, inspected),
    ...policies(inspected),
    ...replication(inspected),
    ...updates(inspected, facts.download, approval),
  ]
  return { verdict: verdictOf(findings), findings }
}

const verdictOf = (findings: readonly Finding[]): 'go' | 'noGo' =>
  findings.some(({ severity }) => severity === 'blocks') ? 'noGo' : 'go'

/** Of the backup gate; one of them is among the findings of every server that was inspected. */
const ofBackup: ReadonlySet<Reason['code']> = new Set([
  'backupNotRequired',
  'backupWaived',
  'backupMissing',
  'backupTooOld',
  'backupFresh',
])

interface Prepared {
  readonly verdict: PreparedVerdict | 'waiting'
  readonly findings: readonly Finding[]
  readonly newestRestorePointAt?: Instant | null | undefined
  /** Plan time of the look: a restore point's age goes by it. */
  readonly lookedAt?: Instant | undefined
}

/** What was found, as waivers stand now: one given, withdrawn or ended since counts without another look. Pure. */
export function withWaiver<T extends Prepared>(
  prepared: T,
  waiver: BackupWaiver | undefined,
  settings: PrepareSettings,
  now: Instant,
): T {
  const isOfBackup = ({ reason: { code } }: Finding): boolean => ofBackup.has(code)
  if (!prepared.findings.some(isOfBackup)) return prepared
  const { newestRestorePointAt, lookedAt = now } = prepared
  const isWaived = waiver !== undefined && now < waiver.until
  const verdict = isWaived
    ? backupGate({ newestRestorePointAt }, settings, now, waiver)
    : backupGate({ newestRestorePointAt }, settings, lookedAt)
  const findings = prepared.findings.map((finding) => (isOfBackup(finding) ? gated(verdict) : finding))
  return { ...prepared, findings, verdict: verdictOf(findings) }
}

function planned({ excluded, carriedOver, firstStart }: KnownBefore): Finding[] {
  const findings: Finding[] = []
  if (excluded) {
    const { until } = excluded
    const why = reason('excluded', until === undefined ? undefined : { untilAt: until })
    findings.push(until !== undefined && until <= firstStart ? warns(why) : blocks(why))
  }
  if (carriedOver) findings.push(warns(reason('doesNotFit')))
  return findings
}

function machine(inspected: Inspected, settings: PrepareSettings): Finding[] {
  const { freeBytes, pendingReboot, hold } = inspected
  const findings: Finding[] = []
  if (hold !== undefined) findings.push(blocks(reason('hostHold', { text: hold })))
  const disk = readiness({ freeBytes, pendingReboot: [] }, settings)
  const enough = { freeBytes, neededBytes: settings.minimumFreeBytes }
  findings.push(disk.kind === 'ok' ? fine(reason('diskEnough', enough)) : blocks(disk.reason))
  const sources = pendingReboot.join(', ').slice(0, 300)
  findings.push(
    pendingReboot.length > 0 ? warns(reason('rebootPending', { sources })) : fine(reason('noRebootPending')),
  )
  return findings
}

function backup(
  { before, newestRestorePointAt }: PreparedFacts,
  settings: PrepareSettings,
  now: Instant,
): Finding {
  return gated(backupGate({ newestRestorePointAt }, settings, now, before.waiver))
}

const gated = ({ kind, reason: why }: BackupVerdict): Finding => (kind === 'pass' ? fine(why) : blocks(why))

function clock(before: KnownBefore, { clockSkewSeconds }: Inspected): Finding[] {
  const skews = [before.skewMs ?? 0, (clockSkewSeconds ?? 0) * 1000]
  const worst = skews.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
  return Math.abs(worst) > skewLimitMs ? [clockSkewed(worst)] : []
}

/** Where its updates come from, and who beside ATLAS may install them or restart it. */
function policies({ source, otherPatchers = [] }: Inspected): Finding[] {
  const others = otherPatchers.join(', ').slice(0, 500)
  return [
    ...(source ? [sourceOf(source), ...deliveryOf(source)] : []),
    ...(source?.automatic === 'install' ? [warns(reason('windowsInstallsItself'))] : []),
    ...(others === '' ? [] : [warns(reason('othersPatch', { names: others }))]),
  ]
}

/** A guest whose copy isn't sound has nothing to fail over to. */
function replication({ replicas = [] }: Inspected): Finding[] {
  const ill = replicas
    .filter(({ health }) => health !== 'Normal')
    .map(({ vm, health }) => `${vm} (${health})`)
  return ill.length === 0 ? [] : [warns(reason('replicasIll', { names: ill.join(', ').slice(0, 500) }))]
}

function sourceOf({ kind, server }: UpdatePolicy): Finding {
  if (kind === 'unknown') return warns(reason('updateSourceUnknown'))
  if (kind !== 'wsus') return fine(reason('updatesFromMicrosoft'))
  return fine(reason('updatesFromWsus', server === undefined ? undefined : { server }))
}

function deliveryOf({ deliveryOptimization: policy }: UpdatePolicy): Finding[] {
  if (!policy) return []
  const { mode, maxKilobitsPerSecond: kilobits, maxPercent: percent } = policy
  const limits = { ...(kilobits !== undefined && { kilobits }), ...(percent !== undefined && { percent }) }
  return [fine(reason('deliveryLimited', { mode, ...limits }))]
}

function updates({ offered }: Inspected, download: PreparedFacts['download'], approval: Approval): Finding[] {
  const { install, blocked } = chooseUpdates(offered, approval)
  const kept = blocked.map(({ kb }) => warns(reason('updateBlocked', { kb })))
  if (install.length === 0) return [fine(reason('nothingOffered')), ...kept]
  const findings = [fine(reason('updatesOffered', { count: install.length })), ...kept]
  if (download === undefined) return findings
  if (typeof download === 'string')
    return [...findings, warns(reason('downloadIncomplete', { message: download.slice(0, 500) }))]
  const { missing } = download
  return [
    ...findings,
    missing.length === 0
      ? fine(reason('downloaded', { count: install.length }))
      : warns(
          reason('downloadIncomplete', { count: missing.length, missing: missing.join(', ').slice(0, 500) }),
        ),
  ]
}
