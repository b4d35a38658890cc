import { createBus } from './adapters/bus.ts'
import { publishedClocks, systemClocks } from './adapters/clock.ts'
import { createPush } from './adapters/push.ts'
import { createSigner } from './adapters/signing.ts'
import { createCampaignStore } from './adapters/tables/campaignStore.ts'
import { createClientStore } from './adapters/tables/clientStore.ts'
import { connectTables, createTables } from './adapters/tables/connect.ts'
import { createFleetStore } from './adapters/tables/fleetStore.ts'
import { createHeartbeats } from './adapters/tables/heartbeats.ts'
import { createApprovalRows } from './adapters/tables/approvalRows.ts'
import { createKeptAnswers } from './adapters/tables/keptAnswers.ts'
import { createEnrolments } from './adapters/tables/enrolments.ts'
import { createBuildWaivers, createEvidence } from './adapters/tables/evidence.ts'
import { createTodoNotes } from './adapters/tables/todoNotes.ts'
import { createHistory } from './adapters/tables/history.ts'
import { createNoticeStore } from './adapters/tables/noticeStore.ts'
import { createUpdateStore } from './adapters/tables/updateStore.ts'
import { Viewers } from './board/viewers.ts'
import { announcing } from './board/announcing.ts'
import { Live } from './board/live.ts'
import { stopState } from './control/emergencyStop.ts'
import { newId, type Services } from './services.ts'
import type { Settings } from './settings.ts'

/** Makes the services on first use and creates the tables; a failure is tried again at the next use. */
export function compose(settings: Settings): () => Promise<Services> {
  let ready: Promise<Services> | undefined
  return () => {
    ready ??= create(settings).catch((error: unknown) => {
      ready = undefined
      throw error
    })
    return ready
  }
}

async function create(settings: Settings): Promise<Services> {
  const clocks =
    settings.ATLAS_PLAN_CLOCK === 'system' ? systemClocks : publishedClocks(settings.ATLAS_PLAN_CLOCK)
  const tables = connectTables(settings.ATLAS_TABLES)
  await createTables(tables)
  const store = createCampaignStore(tables.Campaigns)
  const campaigns = announcing(store, (campaignId) => live.announce(campaignId))
  const complain = (error: unknown) => process.stderr.write(`live board: ${String(error)}\n`)
  const push = createPush(settings.ATLAS_WEB_PUBSUB, settings.ATLAS_HUB, complain)
  const fleet = createFleetStore(tables.Fleet)
  const viewers = new Viewers(fleet, clocks, complain)
  const live: Live = new Live({
    campaigns: store,
    push,
    clocks,
    stop: () => stopState(services),
    isViewed: (clientId) => viewers.isViewed(clientId),
    onFailure: complain,
  })
  const services: Services = {
    settings,
    clocks,
    campaigns,
    push,
    live,
    newId,
    clients: createClientStore({
      table: tables.Clients,
      clocks,
      random: Math.random,
      onCommit: (committed) => live.committed(committed),
    }),
    fleet,
    updates: createUpdateStore(tables.Fleet, clocks),
    viewers,
    heartbeats: createHeartbeats(tables.Heartbeats, (error) =>
      process.stderr.write(`heartbeats: ${String(error)}\n`),
    ),
    history: createHistory(tables.Clients),
    notices: createNoticeStore(tables.Fleet),
    todoNotes: createTodoNotes(tables.Fleet),
    enrolments: createEnrolments(tables.Fleet),
    approvals: createApprovalRows(tables.Fleet),
    keptAnswers: createKeptAnswers(tables.Fleet),
    evidence: createEvidence(tables.Fleet),
    buildWaivers: createBuildWaivers(tables.Fleet),
    bus: createBus(settings.ATLAS_SERVICE_BUS, clocks),
    signer: createSigner(settings.ATLAS_SIGNING_KEY),
  }
  return services
}
