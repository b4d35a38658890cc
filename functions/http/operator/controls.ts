import { setTimeout as pause } from 'node:timers/promises'
import { ControlAnswer, PauseBody, ReasonBody } from '../../../orchestrations/contracts/api.ts'
import { RingRow, StopState } from '../../../orchestrations/contracts/board.ts'
import type { ClientControl } from '../../../orchestrations/domain/control.ts'
import { fleetLedger, type CampaignId } from '../../../orchestrations/domain/ids.ts'
import { acknowledgeAll, judgement } from '../../activities/judgeRing.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { rowKeys } from '../../adapters/tables/rows.ts'
import { campaignsUnderWay } from '../../control/activeCampaigns.ts'
import { audit } from '../../control/audit.ts'
import { raiseStop, releaseStop, stopState } from '../../control/emergencyStop.ts'
import { wake, wakeAllOf } from '../../control/wake.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { noSuchClient, requireWholeFleet } from './auth.ts'
import { saidBy } from './clientControls.ts'
import { readers, type Call, type Route } from './route.ts'

const ringPath = (verb: string) => `campaigns/{campaignId}/rings/{ring}/${verb}`

export const controlRoutes: readonly Route[] = [
  {
    name: 'pauseClient',
    method: 'POST',
    path: 'clients/{clientId}/pause',
    roles: ['operator'],
    summary: 'Pauses a client: the server in hand finishes; answers when it is expected back.',
    body: PauseBody,
    answers: { 200: ControlAnswer },
    handle: pauseClient,
  },
  {
    name: 'resumeClient',
    method: 'POST',
    path: 'clients/{clientId}/resume',
    roles: ['operator'],
    summary: 'Lets a paused or stopped client go on.',
    body: ReasonBody,
    answers: { 200: ControlAnswer },
    handle: resumeClient,
  },
  {
    name: 'holdRing',
    method: 'POST',
    path: ringPath('hold'),
    roles: ['operator'],
    summary: 'Holds a ring: nothing more of it starts.',
    body: ReasonBody,
    answers: { 200: RingRow },
    handle: holdRing,
  },
  {
    name: 'resumeRing',
    method: 'POST',
    path: ringPath('resume'),
    roles: ['operator'],
    summary: 'Takes back a hold: the gates and the breaker decide again.',
    body: ReasonBody,
    answers: { 200: RingRow },
    handle: resumeRing,
  },
  {
    name: 'promoteRing',
    method: 'POST',
    path: ringPath('promote'),
    roles: ['operator'],
    summary: 'Lets a ring start or go on: ends a hold, accepts a breaker, overrides a gate.',
    body: ReasonBody,
    answers: { 200: RingRow },
    twoPerson: 'promoteRing',
    handle: promoteRing,
  },
  {
    name: 'stop',
    method: 'POST',
    path: 'stop',
    roles: ['operator', 'approver'],
    summary: 'EMERGENCY STOP: nothing starts anywhere until it is released. Safe to repeat.',
    body: ReasonBody,
    answers: { 200: StopState },
    unlimited: true,
    handle: stop,
  },
  {
    name: 'showStop',
    method: 'GET',
    path: 'stop',
    roles: readers,
    summary: 'Shows the emergency stop: raised or not, and how many commands are still open.',
    answers: { 200: StopState },
    handle: showStop,
  },
  {
    name: 'release',
    method: 'POST',
    path: 'release',
    roles: ['operator'],
    summary: 'Releases the emergency stop.',
    body: ReasonBody,
    answers: { 200: StopState },
    twoPerson: 'release',
    unlimited: true,
    handle: release,
  },
]

/** The server in hand finishes through verify; nothing further starts. */
async function pauseClient(services: Services, call: Call) {
  const { reason, until, caller } = await call.body(PauseBody)
  if (until !== undefined && until <= services.clocks.plan()) throw new Refusal('pauseOver')
  const control = {
    kind: 'paused',
    reason: saidBy(reason, caller),
    actor: call.me.name,
    at: services.clocks.plan(),
    ...(until === undefined ? {} : { until }),
  } as const
  return json(await changeControl(services, call, control, 'client.paused'))
}

async function resumeClient(services: Services, call: Call) {
  await call.body(ReasonBody)
  return json(await changeControl(services, call, { kind: 'running' }, 'client.resumed'))
}

async function changeControl(services: Services, call: Call, control: ClientControl, action: string) {
  const clientId = call.clientId()
  const [campaign] = await campaignsUnderWay(services)
  const needs = campaign ? { campaign: campaign.campaignId } : {}
  const expectedFreeAt = await services.clients.transact(clientId, needs, (partition) => {
    if (!partition.config()) throw noSuchClient(clientId)
    call.unchanged(partition)
    const row = partition.control()
    if (control.kind === 'paused' && row.control.kind === 'stopped')
      throw new Refusal('clientIsStopped', { clientId })
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.control, value: { ...row, control } }],
      ledger: { actor: call.me.name, action, object: clientId, detail: reasonOf(control) },
      value: campaign && freeAt(partition, campaign.campaignId),
    }
  })
  await wakeAllOf(services, call.durable, clientId)
  return { clientId, control, ...(expectedFreeAt === undefined ? {} : { expectedFreeAt }) }
}

const reasonOf = (control: ClientControl): Record<string, string | number> => {
  if (control.kind === 'running') return {}
  const until = control.kind === 'paused' && control.until !== undefined ? { until: control.until } : {}
  return { reason: control.reason, ...until }
}

const typicalServerMs = 45 * 60_000

/** When the servers under way are expected back: from this client's measured pace, else the typical one. */
function freeAt(partition: Partition, campaignId: CampaignId): number | undefined {
  const runs = partition.runs(campaignId)
  const spent = runs.flatMap(({ state }) =>
    state.kind === 'ended' && state.startedAt !== undefined ? [state.endedAt - state.startedAt] : [],
  )
  const pace = spent.length > 0 ? spent.reduce((sum, ms) => sum + ms, 0) / spent.length : typicalServerMs
  const starts = runs.flatMap(({ state }) => (state.kind === 'running' ? [state.startedAt] : []))
  return starts.length > 0 ? Math.max(...starts) + pace : undefined
}

/** Written down first, unless it changes nothing or is refused. */
async function changeRing(
  services: Services,
  call: Call,
  { action, reason }: { action: 'ring.held' | 'ring.resumed' | 'ring.promoted'; reason: string },
  decide: (row: RingRow) => RingRow | undefined,
): Promise<RingRow> {
  const { campaignId, ring } = await knownRing(services, call)
  if (decide(await services.campaigns.ring(campaignId, ring)) !== undefined)
    await audit(services, { actor: call.me.name, action, object: campaignId, detail: { ring, reason } })
  const row = await services.campaigns.changeRing(campaignId, ring, decide)
  await wake(services, call.durable, campaignId)
  return row
}

async function knownRing(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const campaignId = call.campaignId()
  const ring = call.ring()
  const known = await services.campaigns.rings(campaignId)
  if (!known.some((row) => row.ring === ring))
    throw new Refusal('noSuchRing', { campaignId, ring, rings: known.map((row) => row.ring).join(', ') })
  return { campaignId, ring }
}

async function holdRing(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const row = await changeRing(services, call, { action: 'ring.held', reason }, (current) => {
    if (current.state.kind === 'held') return undefined
    if (current.state.kind === 'passed') throw new Refusal('ringNotHoldable', { ring: current.ring })
    return { ...current, state: { kind: 'held', reason, actor: call.me.name } }
  })
  return json(row)
}

/** Takes back a hold and nothing else: who only held a ring lets no gate, soak or breaker be passed over. */
async function resumeRing(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const { campaignId, ring } = await knownRing(services, call)
  const judged = await judgement(services, campaignId, ring)
  const row = await changeRing(services, call, { action: 'ring.resumed', reason }, (current) => {
    switch (current.state.kind) {
      case 'held':
        return current.startedAt === undefined ? { ...current, state: { kind: 'waiting' } } : judged(current)
      case 'waiting':
      case 'running':
        return undefined
      case 'tripped':
      case 'gateHeld':
      case 'soaking':
      case 'waitsForPromote':
      case 'passed':
        throw new Refusal('ringNotHeld', { ring })
    }
  })
  return json(row)
}

/** Lets a ring start or go on: takes back a hold, accepts a tripped breaker, overrides a gate that holds. */
async function promoteRing(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const promotedBy = call.me.name
  const { campaignId, ring } = await knownRing(services, call)
  const accepted = await acknowledgeAll(services, campaignId, ring)
  const row = await changeRing(services, call, { action: 'ring.promoted', reason }, (current) => {
    const begun = current.startedAt !== undefined
    switch (current.state.kind) {
      case 'passed':
        throw new Refusal('ringPassed', { ring })
      case 'held':
        return {
          ...current,
          state: begun ? { kind: 'running' } : { kind: 'waiting' },
          ...(begun ? {} : { promotedBy }),
        }
      case 'tripped':
        return { ...current, state: { kind: 'running' }, ...accepted }
      case 'running':
        // Answered like a promotion, it would be taken for one: its gate may yet hold, and nobody would come back.
        throw new Refusal('ringRuns', { ring })
      case 'waiting':
      case 'waitsForPromote':
      case 'gateHeld':
      case 'soaking':
        return { ...current, promotedBy }
    }
  })
  return json(row)
}

/** The answer to a stop waits this long for its ledger row, wire ms; the stop itself doesn't at all. */
const auditPatienceMs = 500

const stopEntry = (call: Call, action: string, reason: string) => ({
  actor: call.me.name,
  action,
  object: fleetLedger,
  detail: { reason },
})

/** EMERGENCY STOP: needs no reason and no campaign. */
async function stop(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { reason } = await call.body(ReasonBody)
  // Beside it, never before it: a stop waits for no ledger, and none that fails fails it. Each client's own
  // ledger says who raised it as well.
  const audited = audit(services, stopEntry(call, 'stop.raised', reason)).catch((error: unknown) =>
    call.log(`the fleet's ledger missed a stop: ${String(error)}`),
  )
  const state = await raiseStop(services, call.me.name, reason)
  await Promise.race([audited, pause(auditPatienceMs)])
  return json(state)
}

async function showStop(services: Services, call: Call) {
  void call
  return json(await stopState(services))
}

async function release(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const { reason } = await call.body(ReasonBody)
  await audit(services, stopEntry(call, 'stop.released', reason))
  return json(await releaseStop(services, call.durable, call.me.name, reason))
}
