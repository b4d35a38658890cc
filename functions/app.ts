import * as df from 'durable-functions'
import { campaign, campaignName } from '../orchestrations/campaign/campaign.ts'
import { cleanup, cleanupName, type CleanupInput } from '../orchestrations/campaign/cleanup.ts'
import { client, clientName, lane, laneName } from '../orchestrations/campaign/client.ts'
import { group, groupName, ring, ringName } from '../orchestrations/campaign/ring.ts'
import {
  prepare,
  prepareClient,
  prepareClientName,
  prepareGroup,
  prepareGroupName,
  prepareName,
} from '../orchestrations/campaign/prepare.ts'
import { server, serverName } from '../orchestrations/campaign/server.ts'
import { wait, waitName } from '../orchestrations/campaign/wait.ts'
import * as catalogue from '../orchestrations/steps/catalogue.ts'
import type { Step } from '../orchestrations/steps/step.ts'
import { findDependents } from './activities/dependents.ts'
import { issueCommand } from './activities/issueCommand.ts'
import { issueReading } from './activities/issueReading.ts'
import { lookAtCommand } from './activities/lookAtCommand.ts'
import { endPreparation, openPreparation, openPreparedClient, recordPrepared } from './activities/prepare.ts'
import { peek } from './activities/peek.ts'
import { endCampaign, endRing, openCampaign, openClient, startRing } from './activities/rings.ts'
import { markUnknown } from './activities/servers.ts'
import { takeTurn } from './activities/takeTurn.ts'
import { compose } from './compose.ts'
import { closeCleanup, keepCheckpoint, keepJobs, openCleanup } from './control/cleanup.ts'
import { calendarPath, registerCalendar } from './http/calendar.ts'
import { agentRoutes, registerAgentRoutes } from './http/agent/routes.ts'
import { registerFallback } from './http/fallback.ts'
import { endServerAndWake } from './control/endOfServer.ts'
import { createAuthentication, type Authenticate } from './http/operator/auth.ts'
import { operatorRoutes } from './http/operator/routes.ts'
import { register } from './http/operator/serve.ts'
import type { Services } from './services.ts'
import { readSettings } from './settings.ts'
import { registerTimers } from './timers/timers.ts'
import { durableInput, durableOf } from './durableClient.ts'

/** Composition root: the only place that registers functions. */

const settings = readSettings(process.env)
const services = compose(settings)

const orchestrators = [
  [campaignName, campaign],
  [ringName, ring],
  [groupName, group],
  [clientName, client],
  [laneName, lane],
  [serverName, server],
  [prepareName, prepare],
  [prepareGroupName, prepareGroup],
  [prepareClientName, prepareClient],
  [waitName, wait],
  [cleanupName, cleanup],
] as const
for (const [name, story] of orchestrators) df.app.orchestration(name, story)

function activity<I, O>(step: Step<I, O>, handle: (all: Services, input: NoInfer<I>) => Promise<O>): void {
  df.app.activity(step.name, { handler: async (input: I) => handle(await services(), input) })
}
activity(catalogue.openCampaign, openCampaign)
activity(catalogue.openClient, openClient)
activity(catalogue.peek, peek)
activity(catalogue.startRing, startRing)
activity(catalogue.endRing, endRing)
activity(catalogue.endCampaign, endCampaign)
activity(catalogue.takeTurn, takeTurn)
activity(catalogue.issueCommand, issueCommand)
activity(catalogue.issueReading, issueReading)
activity(catalogue.openPreparation, openPreparation)
activity(catalogue.openPreparedClient, openPreparedClient)
activity(catalogue.recordPrepared, recordPrepared)
activity(catalogue.endPreparation, endPreparation)
activity(catalogue.lookAtCommand, lookAtCommand)
activity(catalogue.markUnknown, markUnknown)
activity(catalogue.findDependents, findDependents)
activity(catalogue.openCleanup, openCleanup)
activity(catalogue.keepCheckpoint, keepCheckpoint)
activity(catalogue.keepJobs, keepJobs)

df.app.activity(catalogue.endServer.name, {
  extraInputs: [durableInput],
  handler: async (input: Parameters<typeof endServerAndWake>[2], context) =>
    endServerAndWake(await services(), durableOf(context), input),
})

df.app.activity(catalogue.closeCleanup.name, {
  extraInputs: [durableInput],
  handler: async (input: CleanupInput, context) => closeCleanup(await services(), durableOf(context), input),
})

let authentication: Authenticate | undefined
const authenticate = () => (authentication ??= createAuthentication(settings))
for (const route of operatorRoutes) register(route, services, authenticate)
registerAgentRoutes(services)
registerCalendar(services)
registerFallback([
  ...operatorRoutes,
  ...agentRoutes.map(({ name }) => ({ method: 'POST', path: `agent/${name}` })),
  { method: 'GET', path: calendarPath },
])
registerTimers(services)
