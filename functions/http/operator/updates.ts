import { z } from 'zod'
import { BlockBody, Kb, UpdateLine, UpdateList } from '../../../orchestrations/contracts/api.ts'
import { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { openItems } from '../../control/todo.ts'
import { blockUpdate, listUpdates, unblockUpdate } from '../../control/updates.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { headOf } from './campaigns.ts'
import { readers, type Call, type Route } from './route.ts'

const UpdatesQuery = z.object({ campaign: CampaignId.optional() })

export const updateRoutes: readonly Route[] = [
  {
    name: 'listUpdates',
    method: 'GET',
    path: 'updates',
    roles: readers,
    summary: 'Lists each KB with how it went, and which are blocked.',
    query: UpdatesQuery,
    answers: { 200: UpdateList },
    handle: showUpdates,
  },
  {
    name: 'blockUpdate',
    method: 'POST',
    path: 'updates/{kb}/block',
    roles: ['operator'],
    summary: 'Blocks a KB: no further server gets it, whatever a plan says.',
    body: BlockBody,
    answers: { 200: UpdateLine },
    handle: block,
  },
  {
    name: 'unblockUpdate',
    method: 'POST',
    path: 'updates/{kb}/unblock',
    roles: ['operator'],
    summary: 'Lifts the block of a KB.',
    body: BlockBody,
    answers: { 200: UpdateLine },
    twoPerson: 'unblockUpdate',
    handle: unblock,
  },
]

async function showUpdates(services: Services, call: Call) {
  const { campaign } = call.query(UpdatesQuery)
  if (campaign !== undefined) await headOf(services, campaign)
  const { clients } = call.me
  const updates = await listUpdates(services, {
    ...(campaign === undefined ? {} : { campaignId: campaign }),
    ...(clients === 'all' ? {} : { scope: new Set(clients) }),
  })
  // Why ATLAS blocked a KB by itself names the clients at which it failed.
  const shown = clients === 'all' ? updates : updates.map(withoutOthers)
  return json({
    updates: shown,
    ...(campaign === undefined ? {} : { campaignId: campaign }),
  } satisfies UpdateList)
}

function withoutOthers(line: UpdateLine): UpdateLine {
  const { blocked } = line
  return blocked?.actor === 'atlas'
    ? { ...line, blocked: { ...blocked, reason: 'failed at several clients' } }
    : line
}

async function block(services: Services, call: Call) {
  return change(services, call, blockUpdate)
}

async function unblock(services: Services, call: Call) {
  return change(services, call, async (all, kb, by) => {
    const known = await all.updates.list()
    if (!known.some((record) => record.kb === kb && record.blocked))
      throw new Refusal('updateNotBlocked', { kb })
    await unblockUpdate(all, kb, by)
  })
}

async function change(services: Services, call: Call, act: typeof blockUpdate) {
  requireWholeFleet(call.me)
  const { reason } = await call.body(BlockBody)
  const kb = call.param('kb', Kb, 'kb')
  await act(services, kb, { actor: call.me.name, reason })
  openItems.forget(services)
  const line = (await listUpdates(services)).find((one) => one.kb === kb)
  return json(line ?? noLine(kb))
}

/** A KB that no server has got and nothing blocks. */
const noLine = (kb: string): UpdateLine => ({
  kb,
  title: '',
  succeeded: 0,
  failed: 0,
  clients: 0,
  clientsFailed: 0,
})
