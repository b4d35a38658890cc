import {
  CampaignList,
  HashBody,
  PageQuery,
  PlanAnswer,
  PlanRequest,
  ReasonBody,
} from '../../../orchestrations/contracts/api.ts'
import { Board, CampaignHead, type CampaignState } from '../../../orchestrations/contracts/board.ts'
import { CampaignId } from '../../../orchestrations/domain/ids.ts'
import { defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { approvableCategories, type UpdateCategory } from '../../../orchestrations/domain/updates.ts'
import { makePlan, planHash, type Plan } from '../../../orchestrations/domain/plan.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { audit } from '../../control/audit.ts'
import { forgetActiveCampaigns } from '../../control/activeCampaigns.ts'
import { stopState } from '../../control/emergencyStop.ts'
import { ensureStarted } from '../../control/instances.ts'
import { wake } from '../../control/wake.ts'
import { readInventory } from '../../inventory.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { tagged } from './etag.ts'
import { requireEvidence } from './evidenceGate.ts'
import { compare, pageOf } from './paging.ts'
import { headTag, requireHeadUnchanged, shortHash } from './preconditions.ts'
import { readers, type Call, type Route } from './route.ts'

const at = (path: string) => `campaigns/{campaignId}${path}`

export const campaignRoutes: readonly Route[] = [
  {
    name: 'planCampaign',
    method: 'POST',
    path: 'campaigns',
    roles: ['operator'],
    summary: 'Makes a plan: who, in what order, in which windows, which updates.',
    body: PlanRequest,
    answers: { 201: PlanAnswer },
    starts: true,
    handle: planCampaign,
  },
  {
    name: 'listCampaigns',
    method: 'GET',
    path: 'campaigns',
    roles: readers,
    summary: 'Lists campaigns, newest first.',
    query: PageQuery,
    answers: { 200: CampaignList },
    handle: listCampaigns,
  },
  {
    name: 'showCampaign',
    method: 'GET',
    path: at(''),
    roles: readers,
    summary: 'Shows the whole board of a campaign.',
    answers: { 200: Board },
    handle: showCampaign,
  },
  {
    name: 'showPlan',
    method: 'GET',
    path: at('/plan'),
    roles: readers,
    summary: 'Shows the plan that is approved and executed under its hash.',
    answers: { 200: PlanAnswer },
    handle: showPlan,
  },
  {
    name: 'approveCampaign',
    method: 'POST',
    path: at('/approve'),
    roles: ['approver'],
    summary: 'Approves a plan by its hash; never by who made it.',
    body: HashBody,
    answers: { 200: CampaignHead },
    handle: approveCampaign,
  },
  {
    name: 'startCampaign',
    method: 'POST',
    path: at('/start'),
    roles: ['operator'],
    summary: 'START ALL: starts an approved plan by its hash.',
    body: HashBody,
    answers: { 202: CampaignHead },
    starts: true,
    twoPerson: 'startCampaign',
    handle: startCampaign,
  },
  {
    name: 'pauseCampaign',
    method: 'POST',
    path: at('/pause'),
    roles: ['operator'],
    summary: 'Pauses a campaign: what is under way finishes, nothing more starts.',
    body: ReasonBody,
    answers: { 200: CampaignHead },
    handle: pauseCampaign,
  },
  {
    name: 'resumeCampaign',
    method: 'POST',
    path: at('/resume'),
    roles: ['operator'],
    summary: 'Lets a paused campaign go on.',
    body: ReasonBody,
    answers: { 200: CampaignHead },
    handle: resumeCampaign,
  },
  {
    name: 'cancelCampaign',
    method: 'POST',
    path: at('/cancel'),
    roles: ['operator'],
    summary: 'Ends a campaign: what is under way finishes, nothing more starts.',
    body: ReasonBody,
    answers: { 200: CampaignHead },
    starts: true,
    twoPerson: 'cancelCampaign',
    handle: cancelCampaign,
  },
]

/** A category that approves nothing must not pass for one that does. */
function requireApprovable(categories: readonly UpdateCategory[]): void {
  const named = categories.filter((category) => !approvableCategories.includes(category))
  if (named.length > 0) throw new Refusal('categoryNotApprovable', { categories: named.join(', ') })
}

async function planCampaign(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const request = await call.body(PlanRequest)
  requireApprovable(request.updates.categories)
  const settings = { ...defaultSettings, ...definedOf(request.settings ?? {}) }
  const inventory = await readInventory(services)
  const now = services.clocks.plan()
  const made = makePlan({ ...request, inventory, settings, start: now })
  if (!made.ok) throw new Refusal('nothingToPlan', { reason: made.reason })
  const head: CampaignHead = {
    campaignId: newCampaignId(now, services.newId()),
    name: request.name,
    state: { kind: 'planned' },
    planHash: planHash(made.plan, sha256),
    requestedBy: call.me.name,
    createdAt: now,
  }
  await audit(services, {
    actor: call.me.name,
    action: 'campaign.planned',
    object: head.campaignId,
    detail: { name: head.name, planHash: head.planHash },
  })
  await services.campaigns.create(
    head,
    headerOf(made.plan),
    made.plan.rings.flatMap((ring) => ring.clients),
    rowsOf(made.plan),
  )
  forgetActiveCampaigns(services)
  return json({ campaign: head, plan: made.plan } satisfies PlanAnswer, 201)
}

const definedOf = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never

function newCampaignId(now: number, unique: string): CampaignId {
  return CampaignId.parse(`${new Date(now).toISOString().slice(0, 10)}-${unique.slice(0, 8)}`)
}

function headerOf(plan: Plan) {
  const rings = plan.rings.map((ring) => ({
    ...ring,
    clients: ring.clients.map((client) => client.clientId),
  }))
  return { ...plan, rings }
}

function rowsOf(plan: Plan) {
  return plan.rings.map(({ ring, clients }) => ({
    ring,
    state: { kind: 'waiting' } as const,
    acknowledged: 0,
    clients: clients.length,
    servers: clients.reduce((sum, client) => sum + client.servers.length, 0),
  }))
}

async function listCampaigns(services: Services, call: Call) {
  const query = call.query(PageQuery)
  const positionOf = ({ createdAt, campaignId }: CampaignHead) => [createdAt, campaignId]
  const heads = (await services.campaigns.heads()).sort((a, b) => compare(positionOf(b), positionOf(a)))
  const { items, next } = pageOf(heads, query, positionOf, 'descending')
  return json({ campaigns: items, ...(next === undefined ? {} : { next }) } satisfies CampaignList)
}

export async function headOf(services: Services, campaignId: CampaignId): Promise<CampaignHead> {
  const head = await services.campaigns.head(campaignId)
  if (!head) throw new Refusal('noSuchCampaign', { campaignId })
  return head
}

async function showCampaign(services: Services, call: Call) {
  const campaign = await headOf(services, call.campaignId())
  const { clients } = call.me
  const [rings, rows, stop] = await Promise.all([
    services.campaigns.rings(campaign.campaignId),
    services.campaigns.clients(campaign.campaignId),
    stopState(services),
  ])
  const { clocks } = services
  const board: Board = {
    campaign,
    clocks: { wire: clocks.wire(), plan: clocks.plan(), speed: clocks.speed },
    stop,
    rings,
    clients: rows.filter((row) => clients === 'all' || clients.includes(row.clientId)),
  }
  // The clocks go on: they are no change.
  return tagged(call, json(board), headTag(campaign), shortHash([board.stop, board.rings, board.clients]))
}

async function showPlan(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const campaign = await headOf(services, call.campaignId())
  const [header, clients] = await Promise.all([
    services.campaigns.planHeader(campaign.campaignId),
    services.campaigns.plannedClients(campaign.campaignId),
  ])
  const byId = new Map(clients.map((client) => [client.clientId, client]))
  const rings = header.rings.map((ring) => ({
    ...ring,
    clients: ring.clients.flatMap((id) => byId.get(id) ?? []),
  }))
  return tagged(call, json({ campaign, plan: { ...header, rings } } satisfies PlanAnswer), headTag(campaign))
}

function requireHash(head: CampaignHead, hash: string): void {
  const { campaignId, planHash: known } = head
  if (known !== hash) throw new Refusal('otherPlanHash', { campaignId, planHash: known })
}

async function approveCampaign(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { planHash: hash } = await call.body(HashBody)
  const head = await headOf(services, call.campaignId())
  requireHash(head, hash)
  const { name } = call.me
  if (head.requestedBy === name) throw new Refusal('ownPlan')
  const entry = { action: 'campaign.approved', detail: { planHash: hash } }
  const approved = await changeHead(services, call, entry, (current) => {
    if (current.state.kind === 'approved') return undefined
    if (current.state.kind !== 'planned')
      throw new Refusal('campaignNotApprovable', { campaignState: current.state.kind })
    return { ...current, state: { kind: 'approved', by: name }, approvedBy: name }
  })
  return json(approved)
}

/** A change of a campaign by an operator: written down first, unless it changes nothing or is refused. */
async function changeHead(
  services: Services,
  call: Call,
  entry: { readonly action: string; readonly detail: Readonly<Record<string, string>> },
  decide: (head: CampaignHead) => CampaignHead | undefined,
): Promise<CampaignHead> {
  const change = (head: CampaignHead) => {
    requireHeadUnchanged(call, head)
    return decide(head)
  }
  const before = await headOf(services, call.campaignId())
  const { campaignId } = before
  if (change(before) !== undefined)
    await audit(services, { actor: call.me.name, object: campaignId, ...entry })
  const head = await services.campaigns.changeHead(campaignId, change)
  forgetActiveCampaigns(services)
  return head
}

/** START ALL. Safe to repeat: the instance has the campaign's id. */
async function startCampaign(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { planHash: hash } = await call.body(HashBody)
  const campaignId = call.campaignId()
  const before = await headOf(services, campaignId)
  requireHash(before, hash)
  const stop = await services.fleet.control()
  if (stop.raised) throw new Refusal('stopIsRaised')
  const now = services.clocks.plan()
  const isStartable = ({ state }: CampaignHead): boolean =>
    state.kind === 'approved' || (state.kind === 'planned' && services.settings.ATLAS_APPROVAL === 'optional')
  const proof = isStartable(before) ? await requireEvidence(services, campaignId) : {}
  const entry = { action: 'campaign.started', detail: { planHash: hash, ...proof } }
  const head = await changeHead(services, call, entry, (current) => {
    if (current.state.kind === 'running') return undefined
    // What was approved only a moment ago was not looked at.
    if (!isStartable(before) || !isStartable(current))
      throw new Refusal('campaignNotStartable', { campaignState: current.state.kind })
    return { ...current, state: { kind: 'running' }, startedAt: now }
  })
  await ensureStarted(call.durable, campaignId)
  return json(head, 202)
}

async function changeState(
  services: Services,
  call: Call,
  action: 'campaign.paused' | 'campaign.resumed',
  decide: (state: CampaignState, reason: string) => CampaignState | undefined,
): Promise<CampaignHead> {
  requireWholeFleet(call.me)
  const { reason } = await call.body(ReasonBody)
  const head = await changeHead(services, call, { action, detail: { reason } }, (current) => {
    const state = decide(current.state, reason)
    return state === undefined ? undefined : { ...current, state }
  })
  await wake(services, call.durable, head.campaignId)
  return head
}

async function pauseCampaign(services: Services, call: Call) {
  const head = await changeState(services, call, 'campaign.paused', (state, reason) => {
    if (state.kind === 'paused') return undefined
    if (state.kind !== 'running') throw new Refusal('campaignNotPausable', { campaignState: state.kind })
    return { kind: 'paused', reason, actor: call.me.name }
  })
  return json(head)
}

const begun: ReadonlySet<CampaignState['kind']> = new Set(['running', 'paused', 'carryingOver'])

/** Nothing more starts: what is under way finishes through verify, what waits ends as skipped. */
async function cancelCampaign(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { reason } = await call.body(ReasonBody)
  const now = services.clocks.plan()
  const entry = { action: 'campaign.cancelled', detail: { reason } }
  const head = await changeHead(services, call, entry, (current) => {
    if (current.state.kind === 'cancelled') return undefined
    if (current.state.kind === 'ended')
      throw new Refusal('campaignNotCancellable', { campaignState: current.state.kind })
    const { endedAt, ...rest } = current
    void endedAt
    // One that has begun ends when the last of its servers has.
    const ends = begun.has(current.state.kind) ? {} : { endedAt: now }
    return { ...rest, ...ends, state: { kind: 'cancelled', reason, actor: call.me.name } }
  })
  await wake(services, call.durable, head.campaignId)
  return json(head)
}

async function resumeCampaign(services: Services, call: Call) {
  const head = await changeState(services, call, 'campaign.resumed', (state) => {
    if (state.kind === 'running') return undefined
    if (state.kind !== 'paused') throw new Refusal('campaignNotResumable', { campaignState: state.kind })
    return { kind: 'running' }
  })
  return json(head)
}
