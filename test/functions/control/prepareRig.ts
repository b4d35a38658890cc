import type { Command } from '../../../orchestrations/contracts/command.ts'
import { Preparation } from '../../../orchestrations/contracts/api.ts'
import type { Task } from '../../../orchestrations/contracts/tasks.ts'
import type { ServerId } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, enrolled, imported, planned, serverAt, type Host } from '../http/agentRig.ts'
import { startHubRig } from './hubRig.ts'

const day = 24 * 3_600_000
type World = Awaited<ReturnType<typeof startHubRig>>

/** What an agent answers; undefined: its script was ended by its time. */
export type Reply = (task: Task, serverId: ServerId) => object | undefined

/** The task of a message to a host; its signature is looked at elsewhere. */
const commandIn = (jws: string): Command =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Command

export const policies = {
  source: {
    kind: 'wsus',
    server: 'http://wsus01:8530',
    automatic: 'install',
    deliveryOptimization: { mode: 'CdnOnly', maxKilobitsPerSecond: 8192 },
  },
  otherPatchers: ['Atera (AteraAgent)'],
  roles: ['AD-Domain-Services'],
  sessions: { active: 1, disconnected: 2 },
  bitLocker: ['C:'],
} as const

export function resultOf(task: Task, now: number, downloaded: boolean): object {
  if (task.kind === 'download') return { downloaded: task.params.updates, missing: [], bytes: 1000 }
  if (task.kind === 'inspect' && task.params.what === 'backup')
    return { what: 'backup', target: task.params.target, newestRestorePointAt: now, source: 'veeam' }
  return {
    what: 'server',
    os: { name: 'Windows Server 2022', build: '20348.1' },
    bootedAt: now - day,
    pendingReboot: [],
    freeBytes: 10 ** 12,
    newestRestorePointAt: now,
    offered: [{ id: 'kb1', kb: 'KB1', title: 'November', category: 'security', downloaded }],
    ...policies,
  }
}

/** Hosts that answer what they are asked; without a reply of the test they keep what they downloaded. */
function answering({ rig }: World, hosts: readonly Host[], given: Reply | undefined, told: () => void) {
  const kinds: string[] = []
  const fetched = new Set<string>()
  const usual: Reply = (task, serverId) => {
    const result = resultOf(task, rig.time.plan, fetched.has(serverId))
    if (task.kind === 'download') fetched.add(serverId)
    return result
  }
  const send = rig.services.bus.send.bind(rig.services.bus)
  rig.services.bus.send = async (to, id, jws, life) => {
    await send(to, id, jws, life)
    const { serverId } = to
    const host = hosts.find(({ server }) => server.serverId === serverId)
    const command = commandIn(jws)
    if (!host || command.type !== 'command') return
    const { commandId, task } = command
    kinds.push(`${task.kind} ${serverId}`)
    const result = (given ?? usual)(task, serverId)
    const at = Date.now()
    const about = { commandId, kind: task.kind, at, acceptedAt: at }
    const report = result ? { type: 'succeeded', ...about, result } : { type: 'failed', ...about, failure }
    setTimeout(() => {
      told()
      void asHost(rig, host, 'report', JSON.stringify({ reports: [report] }))
    }, 1)
  }
  return kinds
}

const failure = { code: 'scriptTimedOut', message: 'It was ended after 12 h', remedy: 'retry' }

interface Preparable {
  readonly updates?: readonly string[]
  readonly reply?: Reply
  /** Called before each answer is sent. */
  readonly told?: () => void
}

export async function preparable(indexes: readonly number[], { updates, reply, told }: Preparable = {}) {
  const world = await startHubRig()
  const { rig } = world
  await imported(rig)
  const hosts = await Promise.all(indexes.map((index) => enrolled(rig, serverAt(index))))
  for (const host of hosts) await asHost(rig, host, 'heartbeat', beat())
  const plan = await planned(rig, {}, updates)
  const prepare = (body: object = {}) =>
    rig.byName('prepareCampaign', { who: 'anna', params: plan.params, body })
  const shown = async (who: 'olga' | 'sam' = 'olga') =>
    Preparation.parse((await rig.byName('showPreparation', { who, params: plan.params })).body)
  const ended = async () => {
    for (;;) {
      const preparation = await shown()
      if (preparation.state.kind === 'ended') return preparation
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
  }
  return {
    ...world,
    hosts,
    plan,
    prepare,
    shown,
    ended,
    kinds: answering(world, hosts, reply, told ?? (() => undefined)),
  }
}
