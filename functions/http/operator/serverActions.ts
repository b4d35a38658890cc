import {
  ExcludeBody,
  ReasonBody,
  ResolveBody,
  RetryBody,
  ServerAnswer,
} from '../../../orchestrations/contracts/api.ts'
import { clientOf, type CampaignId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { exclusionOf } from '../../board/serverViews.ts'
import { exclude, include } from '../../control/exclusion.ts'
import { campaignHeads, newestOf } from '../../control/activeCampaigns.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchServer } from './auth.ts'
import { exclusionFrom } from './clientControls.ts'
import { resolve } from './resolve.ts'
import { retry } from './retry.ts'
import type { Call, Route } from './route.ts'

const at = (verb: string) => `servers/{serverId}/${verb}`

/** What an operator does about one server. */
export const serverActionRoutes: readonly Route[] = [
  {
    name: 'excludeServer',
    method: 'POST',
    path: at('exclude'),
    roles: ['operator'],
    summary: 'Keeps a server out of campaigns, for good or until a time; one under way finishes.',
    body: ExcludeBody,
    answers: { 200: ServerAnswer },
    handle: excludeServer,
  },
  {
    name: 'includeServer',
    method: 'POST',
    path: at('include'),
    roles: ['operator'],
    summary: 'Takes the exclusion of a server back.',
    body: ReasonBody,
    answers: { 200: ServerAnswer },
    handle: includeServer,
  },
  {
    name: 'retryServer',
    method: 'POST',
    path: at('retry'),
    roles: ['operator'],
    summary: 'Gives a server that ended otherwise than well its place in the campaign back.',
    body: RetryBody,
    answers: { 202: ServerAnswer },
    starts: true,
    handle: retryServer,
  },
  {
    name: 'resolveServer',
    method: 'POST',
    path: at('resolve'),
    roles: ['operator'],
    summary: 'Records what an operator found on a server that needs one, or of which nobody knows how it is.',
    body: ResolveBody,
    answers: { 200: ServerAnswer },
    twoPerson: 'resolveServer',
    handle: resolveServer,
  },
]

async function excludeServer(services: Services, call: Call) {
  const serverId = call.serverId()
  const excluded = exclusionFrom(services, call, await call.body(ExcludeBody))
  const whom = { clientId: clientOf(serverId), serverId }
  const { unchanged } = call
  await exclude(services, call.durable, whom, { excluded, absent: () => noSuchServer(serverId), unchanged })
  return json(await answerOf(services, serverId))
}

async function includeServer(services: Services, call: Call) {
  const serverId = call.serverId()
  const { reason } = await call.body(ReasonBody)
  const { unchanged } = call
  const by = { actor: call.me.name, reason, unchanged, absent: () => noSuchServer(serverId) }
  await include(services, call.durable, { clientId: clientOf(serverId), serverId }, by)
  return json(await answerOf(services, serverId))
}

async function retryServer(services: Services, call: Call) {
  const serverId = call.serverId()
  const { reason, campaignId: asked } = await call.body(RetryBody)
  const { me, unchanged } = call
  const by = { asked, actor: me.name, reason, unchanged }
  const campaignId = await retry(services, call.durable, serverId, by)
  return json(await answerOf(services, serverId, campaignId), 202)
}

async function resolveServer(services: Services, call: Call) {
  const serverId = call.serverId()
  const { reason, outcome, campaignId: asked } = await call.body(ResolveBody)
  const by = { asked, outcome, actor: call.me.name, reason, unchanged: call.unchanged }
  const campaignId = await resolve(services, call.durable, serverId, by)
  return json(await answerOf(services, serverId, campaignId))
}

/** How a server is in a campaign: the one given, else the newest. */
async function answerOf(services: Services, serverId: ServerId, given?: CampaignId): Promise<ServerAnswer> {
  const campaign = given ?? newestOf(await campaignHeads(services))?.campaignId
  const needs = campaign === undefined ? {} : { campaign }
  return services.clients.read(clientOf(serverId), needs, (partition) => {
    const row = partition.server(serverId)
    const state = campaign === undefined ? undefined : partition.run(campaign, serverId)?.state
    const excluded = row && exclusionOf(row, services.clocks.plan())
    return { serverId, ...(state ? { state } : {}), ...(excluded ? { excluded } : {}) }
  })
}
