import {
  ClientShow,
  ControlAnswer,
  ExcludeBody,
  ReasonBody,
  UnlockBody,
  type Exclusion,
} from '../../../orchestrations/contracts/api.ts'
import { stopClient } from '../../control/clientStop.ts'
import { exclude, include } from '../../control/exclusion.ts'
import { wakeAllOf } from '../../control/wake.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import { clientShowOf } from './clientShow.ts'
import type { Call, Route } from './route.ts'
import { unlock } from './unlock.ts'

const at = (verb: string) => `clients/{clientId}/${verb}`

/** What an operator says about one client beside pause and resume (controls.ts). */
export const clientControlRoutes: readonly Route[] = [
  {
    name: 'stopClient',
    method: 'POST',
    path: at('stop'),
    roles: ['operator'],
    summary: 'Stops one client: nothing more begins, what runs goes on to its next safe point.',
    body: ReasonBody,
    answers: { 200: ControlAnswer },
    unlimited: true,
    handle: stop,
  },
  {
    name: 'excludeClient',
    method: 'POST',
    path: at('exclude'),
    roles: ['operator'],
    summary: 'Keeps a client out of campaigns, for good or until a time; what is under way finishes.',
    body: ExcludeBody,
    answers: { 200: ClientShow },
    handle: excludeClient,
  },
  {
    name: 'includeClient',
    method: 'POST',
    path: at('include'),
    roles: ['operator'],
    summary: 'Takes the exclusion of a client back.',
    body: ReasonBody,
    answers: { 200: ClientShow },
    handle: includeClient,
  },
  {
    name: 'unlockClient',
    method: 'POST',
    path: at('unlock'),
    roles: ['operator'],
    summary: 'Takes the lock from a campaign whose commands have all ended.',
    body: UnlockBody,
    answers: { 200: ClientShow },
    twoPerson: 'unlockClient',
    handle: unlockClient,
  },
]

async function stop(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const clientId = call.clientId()
  const actor = call.me.name
  await stopClient(services, clientId, { actor, reason, absent: () => noSuchClient(clientId) })
  await wakeAllOf(services, call.durable, clientId)
  return json({ clientId, control: { kind: 'stopped', reason, actor } })
}

async function excludeClient(services: Services, call: Call) {
  const clientId = call.clientId()
  const excluded = exclusionFrom(services, call, await call.body(ExcludeBody))
  const { unchanged } = call
  const absent = () => noSuchClient(clientId)
  await exclude(services, call.durable, { clientId }, { excluded, absent, unchanged })
  return json(await clientShowOf(services, clientId))
}

async function includeClient(services: Services, call: Call) {
  const clientId = call.clientId()
  const { reason } = await call.body(ReasonBody)
  const { unchanged } = call
  const by = { actor: call.me.name, reason, unchanged, absent: () => noSuchClient(clientId) }
  await include(services, call.durable, { clientId }, by)
  return json(await clientShowOf(services, clientId))
}

async function unlockClient(services: Services, call: Call) {
  const clientId = call.clientId()
  const { reason } = await call.body(UnlockBody)
  await unlock(services, clientId, { actor: call.me.name, reason, unchanged: call.unchanged })
  await wakeAllOf(services, call.durable, clientId)
  return json(await clientShowOf(services, clientId))
}

/** What a body asks for, as it is stored. Refuses an end that has come. */
export function exclusionFrom(services: Services, call: Call, body: ExcludeBody): Exclusion {
  const { reason, until, caller } = body
  const at = services.clocks.plan()
  if (until !== undefined && until <= at) throw new Refusal('exclusionOver')
  return {
    ...(until === undefined ? {} : { until }),
    reason: saidBy(reason, caller),
    actor: call.me.name,
    at,
  }
}

/** The reason with who asked for it; who asked is a reason of its own where none is given. */
export function saidBy(reason: string, caller: string | undefined): string {
  if (caller === undefined) return reason
  return reason === '' ? caller : `${reason} (${caller})`
}
