import type { z } from 'zod'
import type {
  InspectBackupResult,
  InspectServerResult,
  ProbeResult,
  RebootCause,
  VerifyResult,
} from '../../../../orchestrations/contracts/scripts/server.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { HealthProbe } from '../../../../orchestrations/domain/probes.ts'
import { iso, type Job } from './answers.ts'
import { jobsOf } from './jobs.ts'
import { sessionsOn } from './sessions.ts'
import { approvedFor, scanned } from './updates.ts'
import { buildOf, freeBytes, holdText, newestRestorePointAt } from './state.ts'
import type { MachineState } from './state.ts'

/** What each role installs, by the names of Get-WindowsFeature. */
const features: Readonly<Record<string, string>> = {
  domainController: 'AD-Domain-Services',
  rds: 'RDS-RD-Server',
  file: 'FS-FileServer',
  web: 'Web-Server',
  print: 'Print-Server',
  host: 'Hyper-V',
}

const systemDriveBytes = 256 * 1024 ** 3

export function inspected(
  state: MachineState,
  job: Job,
  params: Extract<Task, { kind: 'inspect' }>['params'],
): z.infer<typeof InspectServerResult> | z.infer<typeof InspectBackupResult> {
  const { server, draws, endsAt } = job
  const restorePoint = newestRestorePointAt(draws, endsAt)
  const newestRestorePoint = restorePoint === null ? null : iso(restorePoint)
  if (params.what === 'backup')
    return {
      what: 'backup',
      target: params.target,
      source: 'veeam',
      newestRestorePointAt: newestRestorePoint,
      jobs: jobsOf(state, job),
    }
  const offered = scanned(state, job)
  const skewMs = draws.clockSkewMs()
  return {
    what: 'server',
    os: { name: server.os.name, build: buildOf(server, state), language: 'fr-FR', installation: 'Server' },
    now: iso(endsAt + skewMs),
    bootedAt: iso(state.bootedAt),
    pendingReboot: pending(state),
    systemDrive: { freeBytes: freeBytes(draws), sizeBytes: systemDriveBytes },
    roles: server.roles.flatMap((role) => features[role] ?? []),
    virtualMachine: server.kind === 'vm',
    hyperV:
      server.kind === 'hyperVHost'
        ? { guests: job.guests.map((name) => ({ name, state: 'Running' })), replicas: [] }
        : null,
    veeam: null,
    newestRestorePointAt: newestRestorePoint,
    source: offered.source,
    otherPatchers: [],
    sessions: { active: sessionsOn(server, draws), disconnected: 0 },
    bitLocker: null,
    hold: holdText(draws) ?? null,
    clockSkewSeconds: skewMs / 1000,
    offered,
  }
}

export function verified(
  state: MachineState,
  { server, scenario }: Job,
  { updates, probes = [] }: Extract<Task, { kind: 'verify' }>['params'],
): z.infer<typeof VerifyResult> {
  return {
    build: buildOf(server, state),
    bootedAt: iso(state.bootedAt),
    pendingReboot: pending(state),
    stillOffered: approvedFor(server, scenario, updates)
      .map(({ id }) => id)
      .filter((id) => !state.installed.includes(id)),
    servicesDown: state.serviceDown ? [{ name: 'Spooler', display: 'Print Spooler' }] : [],
    events: [],
    probes: probes.map((probe) => answerTo(probe, state)),
    stable: true,
  }
}

/** Named and said as `probes.ps1` does. */
function answerTo(
  probe: HealthProbe,
  { serviceDown, probesDown = false }: MachineState,
): z.infer<typeof VerifyResult>['probes'][number] {
  switch (probe.type) {
    case 'tcp': {
      const name = `tcp ${probe.host ?? 'localhost'}:${probe.port}`
      return { name, ok: !probesDown, detail: probesDown ? 'no connection' : 'open' }
    }
    case 'http': {
      const status = probesDown ? 503 : (probe.status ?? 200)
      return { name: `http ${probe.url}`.slice(0, 200), ok: !probesDown, detail: String(status) }
    }
    case 'service': {
      const stopped = probesDown || (serviceDown && probe.name === 'Spooler')
      const name = `service ${probe.name}`.slice(0, 200)
      return { name, ok: !stopped, detail: stopped ? 'Stopped' : 'Running' }
    }
  }
}

/** As its host or a neighbour sees it: only a machine whose agent is away has anything wrong with it. */
export function probed(
  state: MachineState,
  { endsAt }: Job,
  { vm, ports = [] }: Extract<Task, { kind: 'probe' }>['params'],
): z.infer<typeof ProbeResult> {
  const silence = endsAt < state.agentBackAt ? (state.silence ?? 'agent') : 'agent'
  const answers = silence === 'agent'
  return {
    ping: answers,
    ports: ports.map((port) => ({ port, open: answers })),
    guest: vm
      ? {
          state: silence === 'off' ? 'Off' : 'Running',
          heartbeat:
            silence === 'agent' || silence === 'cutOff' ? 'OkApplicationsUnknown' : 'LostCommunication',
        }
      : null,
  }
}

const pending = ({ pendingReboot }: MachineState): { cause: RebootCause }[] =>
  pendingReboot.map((cause) => ({ cause }))
