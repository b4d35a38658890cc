import { afterAll, beforeAll, expect, test } from 'vitest'
import { watch } from '../../../functions/control/watchdog.ts'
import type { Durable } from '../../../functions/services.ts'
import { commanded, imported, planned, running } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

/** The clients of the test inventory are 0001 (servers 0 to 9), 0002 (10 to 19) and 0003. */
let rig: Rig
let first: Awaited<ReturnType<typeof commanded>>
let second: Awaited<ReturnType<typeof commanded>>
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
  first = await commanded(rig, 0)
  second = await commanded(rig, 10)
})
afterAll(() => rig.close())

const stateOf = ({ clientId, campaignId, server }: typeof first) =>
  rig.services.clients.read(clientId, { campaign: campaignId }, (partition) => {
    return partition.run(campaignId, server.serverId)?.state
  })

/** A durable client for which instances are as `statuses` says; what isn't named is under way. */
function durableWith(statuses: Readonly<Record<string, 'gone' | 'unreachable' | 'Failed'>>) {
  const started: string[] = []
  const durable: Durable = {
    ...rig.durable,
    getStatus: (id) => {
      const status = started.includes(id) ? undefined : statuses[id]
      if (status === 'gone') return Promise.reject(new Error('DurableClient error: HTTP 404 response.'))
      if (status === 'unreachable') return Promise.reject(new Error('connect ECONNREFUSED'))
      return Promise.resolve({ runtimeStatus: status ?? 'Running' } as never)
    },
    startNew: (_, options) => {
      started.push(options?.instanceId ?? '')
      return Promise.resolve('')
    },
  }
  return { durable, started }
}

test('A campaign that runs in the books and nowhere else is started, once', async () => {
  const { campaignId } = await running(rig)
  const { durable, started } = durableWith({ [campaignId]: 'gone' })
  await watch(rig.services, durable)
  await watch(rig.services, durable)
  expect(started).toEqual([campaignId])
})

test('A start that another caller won is a start', async () => {
  const { campaignId } = await running(rig)
  const { durable, started } = durableWith({ [campaignId]: 'gone' })
  const late: Durable = {
    ...durable,
    startNew: (_, options) => {
      started.push(options?.instanceId ?? '')
      return Promise.reject(new Error('The operation failed with an unexpected status code: 409.'))
    },
  }
  await watch(rig.services, late)
  expect(started).toEqual([campaignId])
})

test('A campaign that is only planned is not started, nor is one about which Durable cannot be asked', async () => {
  const { campaignId } = first
  const { campaignId: onlyPlanned } = await planned(rig)
  const { durable, started } = durableWith({ [campaignId]: 'unreachable', [onlyPlanned]: 'gone' })
  await expect(watch(rig.services, durable)).rejects.toThrow('ECONNREFUSED')
  expect(started).toEqual([])
  expect(await stateOf(first)).toMatchObject({ kind: 'running' })
})

test('A client whose owner cannot be looked at keeps nobody from the one whose orchestration broke', async () => {
  const { durable } = durableWith({ [first.campaignId]: 'unreachable', [second.campaignId]: 'Failed' })
  await expect(watch(rig.services, durable)).rejects.toThrow('ECONNREFUSED')
  expect(await stateOf(second)).toMatchObject({ kind: 'ended', outcome: 'needsOperator' })
  expect(await stateOf(first)).toMatchObject({ kind: 'running' })
})

test('Servers of a campaign that has ended and whose instance was purged need an operator', async () => {
  await rig.services.campaigns.changeHead(first.campaignId, (head) => ({ ...head, state: { kind: 'ended' } }))
  const { durable, started } = durableWith({ [first.campaignId]: 'gone' })
  await watch(rig.services, durable)
  expect(started).toEqual([])
  expect(await stateOf(first)).toMatchObject({ kind: 'ended', outcome: 'needsOperator' })
})
