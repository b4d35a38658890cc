import { expect, test } from 'vitest'
import type { Command } from '../../../orchestrations/contracts/command.ts'
import { Preparation } from '../../../orchestrations/contracts/api.ts'
import type { Task } from '../../../orchestrations/contracts/tasks.ts'
import { clientOf } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, enrolled, imported, planned, serverAt, type Host } from '../http/agentRig.ts'
import { startHubRig } from './hubRig.ts'

const day = 24 * 3_600_000
type World = Awaited<ReturnType<typeof startHubRig>>

/** The task of a message to a host; its signature is looked at elsewhere. */
const commandIn = (jws: string): Command =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Command

const policies = {
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

function resultOf(task: Task, now: number, downloaded: boolean): object {
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

/** Hosts that answer what they are asked, and keep what they downloaded. */
function answering({ rig }: World, hosts: readonly Host[]) {
  const kinds: string[] = []
  const fetched = new Set<string>()
  const send = rig.services.bus.send.bind(rig.services.bus)
  rig.services.bus.send = async (to, id, jws, life) => {
    await send(to, id, jws, life)
    const { serverId } = to
    const host = hosts.find(({ server }) => server.serverId === serverId)
    const command = commandIn(jws)
    if (!host || command.type !== 'command') return
    const { commandId, task } = command
    kinds.push(`${task.kind} ${serverId}`)
    const result = resultOf(task, rig.time.plan, fetched.has(serverId))
    if (task.kind === 'download') fetched.add(serverId)
    const at = Date.now()
    const report = { type: 'succeeded', commandId, kind: task.kind, at, acceptedAt: at, result }
    setTimeout(() => void asHost(rig, host, 'report', JSON.stringify({ reports: [report] })), 1)
  }
  return kinds
}

async function preparable(indexes: readonly number[]) {
  const world = await startHubRig()
  const { rig } = world
  await imported(rig)
  const hosts = await Promise.all(indexes.map((index) => enrolled(rig, serverAt(index))))
  for (const host of hosts) await asHost(rig, host, 'heartbeat', beat())
  const plan = await planned(rig)
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
  return { ...world, hosts, plan, prepare, shown, ended, kinds: answering(world, hosts) }
}

test('Every server of the plan gets a verdict; what can be asked is asked, and its updates fetched', async () => {
  const { prepare, ended, shown, kinds, hosts, rig, plan } = await preparable([1, 2])
  expect((await shown()).state).toEqual({ kind: 'none' })
  const begun = await prepare({ maxKilobitsPerSecond: 2000 })
  expect(begun).toMatchObject({ status: 202, body: { state: { kind: 'running', by: 'anna' } } })
  const { clients, counts } = await ended()
  expect(counts).toMatchObject({ waiting: 0, unknown: 23 })
  const mine = clients.find(({ clientId }) => clientId === clientOf(serverAt(1).serverId))
  const verdicts = hosts.map(
    ({ server }) => mine?.servers.find((one) => one.serverId === server.serverId)?.findings,
  )
  for (const findings of verdicts)
    expect(findings?.map(({ reason }) => reason.code)).toEqual(
      expect.arrayContaining(['agentRecent', 'updatesOffered', 'downloaded']),
    )
  for (const { server } of hosts)
    expect(kinds).toEqual(
      expect.arrayContaining([`inspect ${server.serverId}`, `download ${server.serverId}`]),
    )
  // Nothing else happened: no lock, no place in the campaign, no servers started.
  const { clientId } = serverAt(1)
  const left = await rig.services.clients.read(clientId, { campaign: plan.campaignId }, (partition) => ({
    lock: partition.lock(),
    runs: partition.runs(plan.campaignId),
  }))
  expect(left).toEqual({ lock: { fence: 0 }, runs: [] })
})

test('What the agent says of its machine stands with the server, and who else may install is warned of', async () => {
  const { prepare, ended, rig } = await preparable([1])
  await prepare()
  const { clients } = await ended()
  const { serverId } = serverAt(1)
  const found = clients.flatMap(({ servers }) => servers).find((server) => server.serverId === serverId)
  const told = found?.findings.map(({ severity, reason }) => [severity, reason.code, reason.params])
  expect(told).toEqual(
    expect.arrayContaining([
      ['fine', 'updatesFromWsus', { server: 'http://wsus01:8530' }],
      ['fine', 'deliveryLimited', { mode: 'CdnOnly', kilobits: 8192 }],
      ['warns', 'windowsInstallsItself', undefined],
      ['warns', 'othersPatch', { names: 'Atera (AteraAgent)' }],
    ]),
  )
  const shown = await rig.byName('showServer', { who: 'olga', params: { serverId } })
  expect(shown.body['machine']).toEqual({ ...policies, lookedAt: expect.any(Number) })
})

test('It can be repeated until START, and fetches only what is missing', async () => {
  const { prepare, ended, kinds, rig, plan } = await preparable([1])
  await prepare()
  await ended()
  kinds.length = 0
  await prepare()
  const { clients } = await ended()
  expect(kinds.filter((one) => one.startsWith('download'))).toEqual([])
  const server = clients[0]?.servers.find(({ serverId }) => serverId === serverAt(1).serverId)
  expect(server).toMatchObject({ downloaded: ['kb1'], offered: ['kb1'] })
  const body = { planHash: plan.planHash }
  await rig.byName('approveCampaign', { who: 'paul', params: plan.params, body })
  expect((await prepare()).status).toBe(202)
  await ended()
  await rig.byName('startCampaign', { who: 'anna', params: plan.params, body })
  expect((await prepare()).status).toBe(409)
})

test('During a stop nothing is asked of anybody', async () => {
  const { prepare, ended, kinds, rig } = await preparable([1])
  await rig.byName('stop', { who: 'anna', body: {} })
  await prepare()
  expect((await ended()).counts).toMatchObject({ go: 0, noGo: 0, unknown: 25 })
  expect(kinds).toEqual([])
})

test('An agent whose turn comes is told to be at its queue', async () => {
  const { prepare, hosts, rig, shown } = await preparable([1])
  rig.services.bus.send = () => Promise.resolve()
  await prepare()
  const [host] = hosts
  if (!host) throw new Error('no host')
  for (;;) {
    rig.time.wire += 2_000
    const answer = await asHost(rig, host, 'heartbeat', beat({ now: Date.now() + rig.time.wire }))
    if (answer.body['connect'] !== undefined) break
  }
  expect((await shown()).state.kind).toBe('running')
})

test('An operator of one client sees that client alone', async () => {
  const { shown } = await preparable([])
  expect((await shown('sam')).clients.map(({ clientId }) => clientId)).toEqual(['client-0001'])
})
