import { server } from '../../../orchestrations/campaign/server.ts'
import type { TaskKind } from '../../../orchestrations/contracts/tasks.ts'
import type { Role, ServerKind } from '../../../orchestrations/domain/fleet.ts'
import type { Dependent } from '../../../orchestrations/domain/dependents.ts'
import type { Remedy } from '../../../orchestrations/domain/failures.ts'
import type { UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { HealthProbe } from '../../../orchestrations/domain/probes.ts'
import { CampaignSettings } from '../../../orchestrations/domain/settings.ts'
import type {
  CommandEnd,
  CommandSpec,
  Issued,
  ServerEnd,
  ServerInput,
} from '../../../orchestrations/steps/catalogue.ts'
import { play, type Answer, type Asked, type Script } from '../../support/playedContext.ts'

export const hour = 3_600_000
export const start = Date.parse('2026-11-21T00:00:00Z')
const workMs = 60_000

export const campaignId = CampaignId.parse('camp')
export const clientId = ClientId.parse('boulangerie')
export const ring = RingNumber.parse(1)
export const serverId = ServerId.parse('boulangerie.srv01')
const host = ServerId.parse('boulangerie.hv01')
const backupServer = ServerId.parse('boulangerie.bkp01')

export interface Machine {
  readonly kind?: ServerKind
  readonly role?: Role
  readonly settings?: Partial<CampaignSettings>
  /** Plan time, epoch ms. */
  readonly windowEnd?: number
  readonly latestStart?: number
  readonly purpose?: ServerInput['purpose']
  readonly approval?: Partial<ServerInput['approval']>
  readonly waiver?: NonNullable<ServerInput['waiver']>
  readonly dependents?: readonly Dependent[]
  readonly probes?: readonly HealthProbe[]
}

export function jobOf({
  kind = 'vm',
  role = 'application',
  settings = {},
  windowEnd,
  latestStart,
  purpose = 'install',
  approval = {},
  waiver,
  probes,
}: Machine): ServerInput {
  return {
    campaignId,
    clientId,
    ring,
    serverId,
    round: 0,
    instanceId: `camp:p0:${serverId}`,
    host: 'SRV01',
    kind,
    role,
    ...(kind === 'vm' ? { runsOn: host } : {}),
    backupServer,
    fence: 7,
    ...(windowEnd === undefined ? {} : { windowEnd }),
    ...(latestStart === undefined ? {} : { latestStart }),
    purpose,
    approval: { named: ['kb1', 'kb2'], categories: [], blocked: [], ...approval },
    ...(waiver === undefined ? {} : { waiver }),
    ...(probes === undefined ? {} : { probes }),
    settings: CampaignSettings.parse(settings),
  }
}

export const update = (
  id: string,
  result: UpdateResult['result'],
  remedy: Remedy = 'retry',
): UpdateResult => ({
  id,
  kb: id.toUpperCase(),
  title: id,
  result,
  ...(result === 'succeeded' ? {} : { remedy }),
})
export const installed = (
  result: UpdateResult['result'] = 'succeeded',
  rebootRequired = true,
): CommandEnd => ({
  kind: 'succeeded',
  result: { updates: [update('kb1', 'succeeded'), update('kb2', result)], rebootRequired },
})
export const offered = (id: string, changes: object = {}) => ({
  id,
  kb: id.toUpperCase(),
  title: id,
  category: 'security' as const,
  downloaded: false,
  ...changes,
})
export const inspected = (changes: object = {}): CommandEnd => ({
  kind: 'succeeded',
  result: {
    what: 'server',
    os: { name: 'Windows Server 2022', build: '20348.1' },
    bootedAt: start - 10 * hour,
    pendingReboot: [],
    freeBytes: 10 ** 12,
    newestRestorePointAt: start - hour,
    offered: [offered('kb1'), offered('kb2')],
    ...changes,
  },
})
export const verified = (changes: object = {}): CommandEnd => ({
  kind: 'succeeded',
  result: { healthy: true, problems: [], build: '20348.9', stillOffered: [], pendingReboot: [], ...changes },
})
export const unhealthy = verified({ healthy: false, problems: ['service W3SVC is stopped'] })
export const failure = (remedy: Remedy = 'giveUp', code = 'broken'): CommandEnd => ({
  kind: 'failed',
  failure: { code, message: `${code}!`, remedy },
})
export const interrupted: CommandEnd = { kind: 'interrupted', message: 'the agent died' }
export const tombstone: CommandEnd = { kind: 'tombstone' }

const replicated: CommandEnd = {
  kind: 'succeeded',
  result: {
    mode: 'Primary',
    state: 'Replicating',
    health: 'Normal',
    power: 'Running',
    primaryServer: 'hv1.example',
    replicaServer: 'hv2.example',
    lastReplicationAt: 1,
    testVm: null,
  },
}

/** What an agent that works answers. */
const works: Readonly<Record<TaskKind, CommandEnd>> = {
  inspect: inspected(),
  checkpoint: { kind: 'succeeded', result: { name: 'atlas-x', checkpointId: '1', createdAt: 1 } },
  removeCheckpoint: { kind: 'succeeded', result: { name: 'atlas-x', merged: true } },
  restoreCheckpoint: { kind: 'succeeded', result: { name: 'atlas-x', restoredAt: 1 } },
  install: installed(),
  uninstall: {
    kind: 'succeeded',
    result: { removed: ['kb1', 'kb2'], notRemovable: [], rebootRequired: true },
  },
  repair: { kind: 'succeeded', result: { rebootRequired: false } },
  reboot: { kind: 'succeeded', result: { bootedBefore: 1, bootedAt: 2, reboots: 1 } },
  verify: verified(),
  download: { kind: 'succeeded', result: { downloaded: ['kb1', 'kb2'], missing: [], bytes: 1 } },
  probe: { kind: 'succeeded', result: { power: 'on', heartbeat: 'lost', answers: false } },
  scan: {
    kind: 'succeeded',
    result: { source: { kind: 'windowsUpdate', automatic: 'notify' }, searchedAt: 1, offered: [] },
  },
  drain: { kind: 'succeeded', result: { newConnections: 'refused', remaining: 0 } },
  undrain: { kind: 'succeeded', result: { newConnections: 'allowed' } },
  holdJobs: { kind: 'succeeded', result: { held: [{ id: 'job', name: 'Nightly' }], running: [] } },
  releaseJobs: { kind: 'succeeded', result: { released: [{ id: 'job', name: 'Nightly' }], missing: [] } },
  startVm: { kind: 'succeeded', result: { state: 'Running', heartbeat: 'ok' } },
  stopVm: { kind: 'succeeded', result: { state: 'Off', heartbeat: 'unknown' } },
  replicaState: replicated,
  prepareFailover: replicated,
  failOver: replicated,
  reverseReplication: replicated,
  cancelFailover: replicated,
  testFailover: replicated,
  cleanUpTestFailover: replicated,
}

/** How a command goes: it ends so, or it is never heard of, is not issued, or ends while it counts as unknown. */
export type Fate =
  | CommandEnd
  | { readonly kind: 'silence' }
  | { readonly kind: 'late'; readonly end: CommandEnd }
  /** Its hint comes while the first look, which still finds it open, is being taken. */
  | { readonly kind: 'duringLook'; readonly end: CommandEnd }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'fenced' }

/** The fates of a kind's commands, one after the other; after the last one, all goes well. */
export type Fates = Partial<Record<TaskKind | 'backup', readonly Fate[]>>

export interface Told {
  /** Commands in the order in which they were issued for the first time: `install on boulangerie.srv01`. */
  readonly commands: readonly string[]
  readonly specs: readonly CommandSpec[]
  readonly ids: readonly string[]
  readonly steps: readonly string[]
  readonly end: ServerEnd
  readonly asked: readonly Asked[]
  readonly endedAt: number
}

/** Plays one server's story against agents of which some commands have other fates than to work. */
export function updateServer(machine: Machine, fates: Fates = {}): Told {
  const queues = new Map(Object.entries(fates).map(([kind, list]) => [kind, [...list]]))
  const issued = new Map<string, { spec: CommandSpec; fate: Fate; waits: number; looks: number }>()
  let end: ServerEnd | undefined

  const fateOf = ({ task }: CommandSpec): Fate => {
    const name = task.kind === 'inspect' && task.params.what === 'backup' ? 'backup' : task.kind
    const good: CommandEnd =
      name === 'backup'
        ? {
            kind: 'succeeded',
            result: { what: 'backup', target: 'SRV01', newestRestorePointAt: start - hour, source: 'veeam' },
          }
        : works[task.kind]
    return queues.get(name)?.shift() ?? good
  }

  function issue(spec: CommandSpec, now: number): Answer {
    const known = issued.get(spec.commandId)
    const fate = fateOf(spec)
    if (!known && fate.kind !== 'stopped') issued.set(spec.commandId, { spec, fate, waits: 0, looks: 0 })
    if (fate.kind === 'stopped') return { value: { kind: 'stopped' } satisfies Issued }
    if (fate.kind === 'fenced') return { value: { kind: 'fenced', fence: 8 } satisfies Issued }
    const open = { kind: 'open', pollAt: now + 10 * workMs } satisfies Issued
    if (['silence', 'late', 'duringLook'].includes(fate.kind)) return { value: open }
    return { value: open, raise: [{ name: spec.commandId, afterMs: workMs }] }
  }

  function look(commandId: string, round: number, now: number): Answer {
    const known = issued.get(commandId)
    if (!known) throw new Error(`${commandId} was never issued`)
    const { fate } = known
    const ended = (one: CommandEnd): Answer => ({ value: { kind: 'ended', end: one } })
    switch (fate.kind) {
      case 'silence':
      case 'stopped':
      case 'fenced':
        return { value: { kind: 'open', pollAt: now + 10 * workMs, overdue: round >= 3 } }
      case 'duringLook':
        if (known.looks++ > 0) return ended(fate.end)
        return {
          value: { kind: 'open', pollAt: now + 5 * hour, overdue: false },
          afterMs: 2_000,
          raise: [{ name: commandId, afterMs: 1_000 }],
        }
      case 'late':
        return known.waits > 0
          ? ended(fate.end)
          : { value: { kind: 'open', pollAt: now + workMs, overdue: true } }
      default:
        return ended(fate)
    }
  }

  const script: Script = ({ kind, name, input }, now) => {
    if (kind === 'sub') {
      for (const one of issued.values()) one.waits++
      return { afterMs: 30 * workMs }
    }
    switch (name) {
      case 'issueCommand':
        return issue(input as CommandSpec, now)
      case 'lookAtCommand': {
        const { commandId, round } = input as { commandId: string; round: number }
        return look(commandId, round, now)
      }
      case 'findDependents':
        return { value: machine.dependents ?? [] }
      case 'markUnknown':
        return { value: { until: now + 4 * hour } }
      case 'endServer':
        end = (input as { end: ServerEnd }).end
        return {}
      default:
        return {}
    }
  }
  const { asked, endedAt } = play(server, jobOf(machine), script, {
    instanceId: `camp:p0:${serverId}`,
    at: start,
  })
  if (!end) throw new Error('The server has no end')
  const specs = [...issued.values()].map(({ spec }) => spec)
  return {
    commands: specs.map((spec) => `${nameOf(spec)} on ${spec.on.split('.')[1] ?? ''}`),
    specs,
    ids: specs.map((spec) => spec.commandId),
    steps: asked.map(({ kind, name }) => `${kind} ${name}`),
    end,
    asked,
    endedAt,
  }
}

const nameOf = ({ task }: CommandSpec): string =>
  task.kind === 'inspect' && task.params.what === 'backup' ? 'look for a backup' : task.kind
