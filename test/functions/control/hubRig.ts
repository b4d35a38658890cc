import type { OrchestrationHandler } from 'durable-functions'
import { onTestFinished } from 'vitest'
import { issueReading } from '../../../functions/activities/issueReading.ts'
import { lookAtCommand } from '../../../functions/activities/lookAtCommand.ts'
import { peek } from '../../../functions/activities/peek.ts'
import {
  endPreparation,
  openPreparation,
  openPreparedClient,
  recordPrepared,
} from '../../../functions/activities/prepare.ts'
import {
  endCampaign,
  endRing,
  openCampaign,
  openClient,
  startRing,
} from '../../../functions/activities/rings.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { endServerAndWake } from '../../../functions/control/endOfServer.ts'
import type { Services } from '../../../functions/services.ts'
import { campaign, campaignName } from '../../../orchestrations/campaign/campaign.ts'
import { client, clientName, lane, laneName } from '../../../orchestrations/campaign/client.ts'
import {
  prepare,
  prepareClient,
  prepareClientName,
  prepareGroup,
  prepareGroupName,
  prepareName,
} from '../../../orchestrations/campaign/prepare.ts'
import { group, groupName, ring, ringName } from '../../../orchestrations/campaign/ring.ts'
import { serverName } from '../../../orchestrations/campaign/server.ts'
import { wait, waitName } from '../../../orchestrations/campaign/wait.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { ServerInput } from '../../../orchestrations/steps/catalogue.ts'
import { startHub } from '../../infra/local/durable/harness.ts'
import { saturday, startRig, type Rig } from '../http/rig.ts'

/** Of a server's story only its end: how the work between ends is what the test says. */
const shortServer: OrchestrationHandler = function* (context) {
  const { campaignId, clientId, serverId, round, ring: own } = context.df.getInput<ServerInput>()
  const outcome = (yield context.df.callActivity('work', serverId)) as OutcomeKind
  const code = outcome === 'succeeded' ? 'updated' : 'commandFailed'
  const end = { outcome, reason: reason(code), updates: [], attempts: 1 } as const
  yield context.df.callActivity('endServer', { campaignId, clientId, ring: own, serverId, round, end })
}

const own = {
  openCampaign,
  openClient,
  startRing,
  endRing,
  endCampaign,
  takeTurn,
  peek,
  lookAtCommand,
  issueReading,
  openPreparation,
  openPreparedClient,
  recordPrepared,
  endPreparation,
} as unknown as Readonly<Record<string, (services: Services, input: unknown) => Promise<unknown>>>

/**
 * Campaigns on the embedded Durable engine and the real stores, with the operator API on top: what is started over
 * HTTP runs. One plan second is `1 / speed` wire seconds; plan time begins on a Saturday.
 */
export async function startHubRig(speed = 600) {
  const rig: Rig = await startRig()
  onTestFinished(() => rig.close())
  const origin = performance.now()
  const now = () => Math.floor(saturday + (performance.now() - origin) * speed)
  Object.defineProperty(rig.time, 'plan', { get: now })
  const works = new Map<string, (outcome: OutcomeKind) => void>()
  const log: string[] = []
  const { services } = rig
  const hub = await startHub(
    {
      orchestrators: {
        [campaignName]: campaign,
        [ringName]: ring,
        [groupName]: group,
        [clientName]: client,
        [laneName]: lane,
        [waitName]: wait,
        [serverName]: shortServer,
        [prepareName]: prepare,
        [prepareGroupName]: prepareGroup,
        [prepareClientName]: prepareClient,
      },
      activities: {
        ...Object.fromEntries(
          Object.entries(own).map(([name, handle]) => [name, (input: unknown) => handle(services, input)]),
        ),
        work: (serverId: string) =>
          new Promise<OutcomeKind>((resolve) => {
            log.push(serverId)
            works.set(serverId, resolve)
          }),
        endServer: (input) => endServerAndWake(services, rig.durable, input as never),
      },
    },
    {},
    { speed, now, wireDelay: (planMs) => planMs / speed },
  )
  Object.assign(rig.durable, {
    startNew: (name: string, { instanceId, input }: { instanceId: string; input: unknown }) =>
      hub.engine.startInstance({ name, instanceId, input: JSON.stringify(input) }),
    raiseEvent: (id: string, name: string) => hub.engine.raiseEvent(id, name, 'null'),
    getStatus: (id: string) => Promise.resolve(hub.engine.getStatus(id)),
  })
  return {
    rig,
    hub,
    /** Names of the servers in whose story the work is going on. */
    working: () => [...works.keys()].sort(),
    /** Every start of that work, in order. */
    log,
    finish: (serverId: string, outcome: OutcomeKind) => {
      works.get(serverId)?.(outcome)
      works.delete(serverId)
    },
  }
}
