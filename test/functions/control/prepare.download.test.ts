import { expect, test } from 'vitest'
import { planned, serverAt } from '../http/agentRig.ts'
import { preparable, resultOf, type Reply } from './prepareRig.ts'

const now = Date.parse('2026-11-21T08:00:00Z')

test('Where one evening broke off the next goes on: only what is missing is asked for, and within the cap', async () => {
  const updates = ['kb1', 'kb2', 'kb3']
  const asked: object[] = []
  const onDisk = new Set<string>()
  /** The first evening is cut off after one update, the second finds no time for the last. */
  const evenings = [['kb1'], ['kb2'], ['kb3']]
  let evening = 0
  const reply: Reply = (task) => {
    if (task.kind !== 'download') {
      const offered = updates.map((id) => {
        return { id, kb: id.toUpperCase(), title: id, category: 'security', downloaded: onDisk.has(id) }
      })
      return { ...resultOf(task, now, false), offered }
    }
    asked.push(task.params)
    for (const id of evenings[evening] ?? []) onDisk.add(id)
    if (evening === 0) return undefined
    const missing = task.params.updates.filter((id) => !onDisk.has(id))
    return { downloaded: task.params.updates.filter((id) => onDisk.has(id)), missing, bytes: 1 }
  }
  const { prepare, ended } = await preparable([1], { updates, reply })
  const cap = { maxKilobitsPerSecond: 2000 }
  const found = async () => {
    await prepare(cap)
    const { clients } = await ended()
    evening++
    const server = clients.flatMap(({ servers }) => servers).find(({ host }) => host === serverAt(1).host)
    return server?.findings.map(({ severity, reason }) => `${severity} ${reason.code}`)
  }
  expect(await found()).toContain('warns downloadIncomplete')
  expect(await found()).toContain('warns downloadIncomplete')
  expect(await found()).toContain('fine downloaded')
  await found()
  expect(asked).toEqual([
    { updates, ...cap },
    { updates: ['kb2', 'kb3'], ...cap },
    { updates: ['kb3'], ...cap },
  ])
})

test('A client’s servers fetch one after the other: its line carries one download at a time', async () => {
  const fetching: string[] = []
  const most: number[] = []
  const reply: Reply = (task, serverId) => {
    if (task.kind === 'download') most.push(fetching.push(serverId))
    return resultOf(task, now, false)
  }
  const { prepare, ended } = await preparable([1, 2, 3], { reply, told: () => fetching.splice(0) })
  await prepare()
  await ended()
  expect(most).toEqual([1, 1, 1])
})

test('Two campaigns don’t fetch over one client’s line at the same time', async () => {
  const { prepare, rig } = await preparable([1])
  const other = await planned(rig)
  const prepareOther = (body: object) =>
    rig.byName('prepareCampaign', { who: 'anna', params: other.params, body })
  rig.services.bus.send = () => Promise.resolve()
  expect((await prepare()).status).toBe(202)
  expect(await prepareOther({})).toMatchObject({
    status: 409,
    body: { fix: expect.stringContaining('without downloads') },
  })
  expect((await prepareOther({ download: false })).status).toBe(202)
})
