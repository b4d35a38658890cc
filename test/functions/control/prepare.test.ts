import { expect, test } from 'vitest'
import { clientOf } from '../../../orchestrations/domain/ids.ts'
import { asHost, beat, serverAt } from '../http/agentRig.ts'
import { policies, preparable } from './prepareRig.ts'

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
  expect(shown.body['machine']).toEqual({
    ...policies,
    lookedAt: expect.any(Number),
    bootedAt: expect.any(Number),
  })
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
