import type { z } from 'zod'
import type {
  InstallResult,
  RepairResult,
  UninstallResult,
  DownloadResult,
} from '../../../../orchestrations/contracts/scripts/updates.ts'
import type { ScanResult, ScriptUpdate } from '../../../../orchestrations/contracts/scripts/server.ts'
import { scriptTasks } from '../../../../agent/tasks/index.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { UpdateCategory } from '../../../../orchestrations/domain/updates.ts'
import type { FleetServer } from '../fleetFile.ts'
import { knownHResult } from '../../../../agent/tasks/failures.ts'
import type { InstallFailure, ScenarioDefinition, Update } from '../scenario.ts'
import { answered, iso, refused, type Ending, type Job } from './answers.ts'
import { servicingPending, updatePending } from './state.ts'
import type { MachineState } from './state.ts'

/** Classifications by their ids. Source: learn.microsoft.com, "WSUS Classification GUIDs". */
const classificationIds: Readonly<Record<UpdateCategory, string>> = {
  security: '0fa1201d-4330-4fa8-8ae9-b877473b6441',
  critical: 'e6cf1350-c01b-414d-a61f-263d14d133b4',
  updateRollup: '28bc880e-0592-4cbf-8f95-c79b17911d5f',
  definition: 'e0789628-ce08-4437-be74-2495b842f43b',
  featureUpgrade: '3689bdc8-b205-4af4-8d4a-a63924c5e9d5',
  driver: 'ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0',
  preview: '28bc880e-0592-4cbf-8f95-c79b17911d5f',
  // "Tools": nothing that a plan approves by category.
  other: 'b4832bd8-e735-4761-8daf-37f882276dab',
}

export const scanned = (
  state: MachineState,
  { server, scenario, endsAt }: Pick<Job, 'server' | 'scenario' | 'endsAt'>,
): z.infer<typeof ScanResult> => ({
  source: { kind: 'windowsUpdate', automatic: 'notify' },
  searchedAt: iso(endsAt),
  updates: applicable(server, scenario)
    .filter(({ id }) => !state.installed.includes(id))
    .map((update) => offered(update, state)),
})

function offered(
  { id, kb, title, category, sizeBytes }: Update,
  state: MachineState,
): z.infer<typeof ScriptUpdate> {
  return {
    id,
    kbArticles: articlesOf(kb),
    title,
    categoryIds: [classificationIds[category]],
    type: category === 'driver' ? 'driver' : 'software',
    maxDownloadBytes: sizeBytes,
    isDownloaded: state.downloaded.includes(id),
    browseOnly: category === 'preview',
    canRequestUserInput: false,
    deadline: null,
  }
}

const articlesOf = (kb: string): string[] => (kb === '' ? [] : [kb.replace(/^KB/i, '')])

export function install(state: MachineState, job: Job, approved: readonly string[]): Ending {
  const { draws, attempt, server, scenario } = job
  if (state.pendingReboot.includes(servicingPending))
    return {
      state,
      answer: refused('rebootRequiredBeforeInstall', 'A reboot is due before anything can be installed'),
    }
  const failure = draws.happens('installFails', 'install', attempt)
    ? draws.installFailure(attempt)
    : undefined
  if (failure !== undefined && !(state.repaired && isStoreDamage(failure)))
    return { state, answer: refused('unexpected', failure.message, failure.hresult) }

  const wanted = approvedFor(server, scenario, approved).filter(({ id }) => !state.installed.includes(id))
  const notOffered = approved.filter((id) => wanted.every((update) => update.id !== id))
  if (wanted.length === 0) return { state, answer: installed([], notOffered) }
  // At least one of two or more arrives: that is what makes it a half failure.
  const half = draws.happens('installHalfFails', 'install', attempt) && wanted.length > 1 ? 1 : 0
  const lied = draws.happens('falseSuccess', 'install', attempt)
  const broken = draws.brokenUpdate()
  const updates = wanted.map((update, index) =>
    resultOf(update, index < wanted.length - half, update.id === broken?.id ? broken.hresult : undefined),
  )
  const arrived = updates.flatMap(({ id, result }) => (result === 'succeeded' ? [id] : []))
  return {
    state: {
      ...state,
      installed: lied ? state.installed : [...state.installed, ...arrived],
      pendingReboot: [updatePending],
      serviceDown: draws.happens('serviceDown', 'install', attempt),
      probesDown: draws.happens('probeFails', 'install', attempt),
    },
    answer: installed(updates, notOffered),
  }
}

const isStoreDamage = ({ hresult }: InstallFailure): boolean => knownHResult(hresult).remedy === 'repairFirst'

/** A store that can't be repaired stays as it is, and so does what its damage keeps from being installed. */
export function repair(state: MachineState, { draws, attempt }: Job): Ending {
  const fails = draws.happens('repairFails', 'repair', attempt)
  return {
    state: fails ? state : { ...state, repaired: true },
    answer: answered({
      imageHealth: fails ? 'NonRepairable' : 'Healthy',
      rebootRequired: false,
    } satisfies z.infer<typeof RepairResult>),
  }
}

type Installed = z.infer<typeof InstallResult>

function installed(updates: Installed['updates'], notOffered: string[]) {
  const rebootRequired = updates.length > 0
  return answered({ updates, rebootRequired, notOffered, stillOffered: [] } satisfies Installed)
}

function resultOf(
  { id, kb, title }: Update,
  arrived: boolean,
  broken?: string,
): Installed['updates'][number] {
  const about = { id, kbArticles: articlesOf(kb), title, rebootRequired: true }
  return arrived && broken === undefined
    ? { ...about, result: 'succeeded' }
    : { ...about, result: 'failed', hresult: broken ?? '0x80070643' }
}

/** By id or by KB. */
export function uninstall(
  state: MachineState,
  { scenario, draws, attempt }: Job,
  names: readonly string[],
): Ending {
  const present = state.installed.filter((id) => {
    const kb = scenario.updates.find((update) => update.id === id)?.kb
    return names.includes(id) || (kb !== undefined && names.includes(kb))
  })
  const stuck = draws.happens('uninstallFails', 'uninstall', attempt) ? present.slice(-1) : []
  const removed = present.filter((id) => !stuck.includes(id))
  const rebootRequired = removed.length > 0
  return {
    state: {
      ...state,
      installed: state.installed.filter((id) => !removed.includes(id)),
      pendingReboot: rebootRequired ? [updatePending] : state.pendingReboot,
      serviceDown: state.serviceDown && stuck.length > 0,
      probesDown: state.probesDown === true && stuck.length > 0,
    },
    answer: answered({
      removed,
      notRemovable: stuck.map((id) => ({ id, why: 'The package is permanent' })),
      rebootRequired,
    } satisfies z.infer<typeof UninstallResult>),
  }
}

type DownloadParams = Extract<Task, { kind: 'download' }>['params']

/**
 * How long the line is used, where it is throttled: until everything is there or the script is ended. Work that takes
 * no time takes none here either.
 */
export function lineTime(
  state: MachineState,
  { server, scenario }: Pick<Job, 'server' | 'scenario'>,
  { updates, maxKilobitsPerSecond }: DownloadParams,
): { readonly spentMs: number; readonly bytes: number; readonly isCutOff: boolean } {
  const bytes = missing(state, approvedFor(server, scenario, updates)).reduce((sum, one) => sum + one.left, 0)
  if (maxKilobitsPerSecond === undefined || scenario.durations.kind === 'shared')
    return { spentMs: 0, bytes, isCutOff: false }
  const neededMs = Math.ceil((8 * bytes) / maxKilobitsPerSecond)
  const { timeoutMs } = scriptTasks.download
  if (neededMs <= timeoutMs) return { spentMs: neededMs, bytes, isCutOff: false }
  return { spentMs: timeoutMs, bytes: (timeoutMs * maxKilobitsPerSecond) / 8, isCutOff: true }
}

/** What a download still has to fetch of each: Windows goes on where it was cut off. */
const missing = (state: MachineState, updates: readonly Update[]) =>
  updates
    .filter(({ id }) => !state.downloaded.includes(id))
    .map((update) => ({ update, left: update.sizeBytes - (state.fetched?.[update.id] ?? 0) }))

export function download(state: MachineState, job: Job, params: DownloadParams): Ending {
  const wanted = approvedFor(job.server, job.scenario, params.updates)
  const { bytes, isCutOff } = lineTime(state, job, params)
  const downloaded = [...state.downloaded]
  const fetched: Record<string, number> = { ...state.fetched }
  const whole: Update[] = []
  let inHand = bytes
  for (const { update, left } of missing(state, wanted)) {
    if (isCutOff && inHand < left) {
      fetched[update.id] = update.sizeBytes - left + inHand
      break
    }
    inHand -= left
    delete fetched[update.id]
    downloaded.push(update.id)
    whole.push(update)
  }
  return {
    state: { ...state, downloaded, fetched },
    answer: isCutOff
      ? { kind: 'unusable', why: 'timedOut', message: 'The script was ended after its time' }
      : answered({
          downloaded: wanted.map(({ id }) => id),
          missing: [],
          bytes: whole.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        } satisfies z.infer<typeof DownloadResult>),
  }
}

/** What Windows Update would offer this build. */
function applicable(server: FleetServer, scenario: ScenarioDefinition): Update[] {
  return scenario.updates.filter(
    ({ builds }) => builds === undefined || builds.some((build) => server.os.build.includes(build)),
  )
}

/** Approved and applicable; an id that the scenario doesn't know counts as one that every build is offered. */
export function approvedFor(
  server: FleetServer,
  scenario: ScenarioDefinition,
  ids: readonly string[],
): Update[] {
  const known = new Map(scenario.updates.map((update) => [update.id, update]))
  const offeredHere = new Set(applicable(server, scenario))
  return ids
    .map((id) => known.get(id) ?? nameless(id))
    .filter((update) => !known.has(update.id) || offeredHere.has(update))
}

const nameless = (id: string): Update => ({
  id,
  kb: /^kb\d+$/i.test(id) ? id : '',
  title: id,
  category: 'security',
  sizeBytes: 0,
})
