import type { OrchestrationHandler } from 'durable-functions'
import { expect, onTestFinished, test } from 'vitest'
import { peek } from '../../../functions/activities/peek.ts'
import { openClient, startRing } from '../../../functions/activities/rings.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { endServerAndWake } from '../../../functions/control/endOfServer.ts'
import type { Durable } from '../../../functions/services.ts'
import { client, clientName, lane, laneName } from '../../../orchestrations/campaign/client.ts'
import { serverName } from '../../../orchestrations/campaign/server.ts'
import { wait, waitName } from '../../../orchestrations/campaign/wait.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { endServer, type ServerInput } from '../../../orchestrations/steps/catalogue.ts'
import { planClock, run, startHub, until } from '../../infra/local/durable/harness.ts'
import { asHost, beat, enrolled, running } from '../http/agentRig.ts'
import { startRig } from '../http/rig.ts'

const ring = RingNumber.parse(2)
const { clients, servers } = generatedInventory(3, { oneRing: true })

/** Of a server's story only its end: the work between is over when the test says so. */
const shortServer: OrchestrationHandler = function* (context) {
  const { campaignId, clientId, serverId, round, ring: own } = context.df.getInput<ServerInput>()
  yield context.df.callActivity('work', serverId)
  const end = { outcome: 'succeeded', reason: reason('updated'), updates: [], attempts: 1 } as const
  yield context.df.callActivity(endServer.name, { campaignId, clientId, ring: own, serverId, round, end })
}

function withoutTopology(server: Server): Server {
  const { runsOn, ...rest } = server
  void runsOn
  return { ...rest, kind: 'physical', role: 'application' }
}

/**
 * A client with three servers and two lanes, on the embedded Durable engine and the real stores. Plan time runs as
 * wire time does: whoever isn't woken sleeps for a quarter of an hour.
 */
async function startClient() {
  const rig = await startRig()
  onTestFinished(() => rig.close())
  const csv = writeInventoryCsv({
    clients: clients.map((one) => ({ ...one, maxParallelServers: 2 })),
    servers: servers.map(withoutTopology),
  })
  await rig.byName('importInventory', { who: 'anna', body: csv })
  const { campaignId } = await running(rig)
  for (const server of servers) await asHost(rig, await enrolled(rig, server), 'heartbeat', beat())
  await startRing(rig.services, { campaignId, ring })

  let holds = 0
  const works = new Map<string, () => void>()
  const { services } = rig
  const durable: Durable = {
    ...rig.durable,
    raiseEvent: async (id, name) => {
      await hub.engine.raiseEvent(id, name, 'null')
    },
  }
  const hub = await startHub(
    {
      orchestrators: {
        [clientName]: client,
        [laneName]: lane,
        [waitName]: wait,
        [serverName]: shortServer,
      },
      activities: {
        work: (serverId: string) => new Promise<void>((resolve) => works.set(serverId, resolve)),
        openClient: (input) => openClient(services, input as never),
        takeTurn: (input) => takeTurn(services, input as never),
        peek: async (input) => {
          const seen = await peek(services, input as never)
          if (seen.kind === 'hold') holds++
          return seen
        },
        endServer: (input) => endServerAndWake(services, durable, input as never),
      },
    },
    {},
    planClock(1),
  )
  const clientId = clients[0]?.clientId ?? ''
  const id = `${campaignId}:p0:${clientId}`
  return {
    ended: run(hub.engine, clientName, { campaignId, clientId, ring, pass: 0 }, id),
    /** Names of the servers under way. */
    working: () => [...works.keys()].sort(),
    finish: (serverId: string) => {
      works.get(serverId)?.()
      works.delete(serverId)
    },
    /** How often a lane was told to wait. */
    holds: () => holds,
  }
}

/** Lets the first two servers work, then the third beside one of them. */
async function lastTwo(world: Awaited<ReturnType<typeof startClient>>) {
  await until(() => world.working().length === 2)
  const [first = '', second = ''] = world.working()
  world.finish(first)
  await until(() => world.working().length === 2)
  return { second, third: world.working().find((id) => id !== second) ?? '' }
}

test('A lane with nothing left waits for the last server and ends with it', async () => {
  const world = await startClient()
  const { second, third } = await lastTwo(world)
  world.finish(second)
  await until(() => world.holds() > 0)
  world.finish(third)
  expect((await world.ended).runtimeStatus).toBe('Completed')
})

test('Lanes whose last servers end at one moment both end: neither waits for what the other knows', async () => {
  const world = await startClient()
  const { second, third } = await lastTwo(world)
  world.finish(second)
  world.finish(third)
  expect((await world.ended).runtimeStatus).toBe('Completed')
})
