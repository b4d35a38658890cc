import { z } from 'zod'
import { EnrolmentList, ReasonBody, type WaitingEnrolment } from '../../../orchestrations/contracts/api.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'
import { parseHostname, roleInName } from '../../../orchestrations/domain/hostname.ts'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import { rowKeys, type ServerRow } from '../../adapters/tables/rows.ts'
import type { EnrolmentRow } from '../../adapters/tables/enrolments.ts'
import { joinCampaigns } from '../../control/join.ts'
import { waitingEnrolments } from '../../control/waitingEnrolments.ts'
import type { Services } from '../../services.ts'
import { json, nothing, Refusal } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

const at = (verb: string) => `enrolments/{enrolmentId}/${verb}`

/** Hosts that asked to be enrolled and aren't in the inventory (operations.md, "Enrolment at scale"). */
export const enrolmentRoutes: readonly Route[] = [
  {
    name: 'listEnrolments',
    method: 'GET',
    path: 'enrolments',
    roles: readers,
    summary: 'Lists hosts that wait for an operator to let them in.',
    answers: { 200: EnrolmentList },
    handle: listEnrolments,
  },
  {
    name: 'approveEnrolment',
    method: 'POST',
    path: at('approve'),
    roles: ['operator'],
    summary: 'Takes a host that waits into the inventory of its client, with the key that it showed.',
    body: ReasonBody,
    answers: { 204: null },
    handle: approveEnrolment,
  },
  {
    name: 'refuseEnrolment',
    method: 'POST',
    path: at('refuse'),
    roles: ['operator'],
    summary: 'Refuses a host that waits: it hears so when it asks again.',
    body: ReasonBody,
    answers: { 204: null },
    handle: refuseEnrolment,
  },
]

const sees = ({ me }: Call, { clientId }: Pick<EnrolmentRow, 'clientId'>): boolean =>
  me.clients === 'all' || me.clients.includes(clientId)

async function listEnrolments(services: Services, call: Call) {
  const enrolments = (await waitingEnrolments(services))
    .filter((row) => sees(call, row))
    .map(({ publicKey, token, refused, ...shown }): WaitingEnrolment => {
      void [publicKey, token, refused]
      return shown
    })
  return json({ enrolments } satisfies EnrolmentList)
}

async function waitingOne(services: Services, call: Call): Promise<EnrolmentRow> {
  const id = call.param('enrolmentId', z.string().pipe(ServerId), 'enrolment')
  const row = await services.enrolments.find(id)
  if (!row || !sees(call, row)) throw new Refusal('noSuchEnrolment', { enrolmentId: id })
  return row
}

async function approveEnrolment(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const row = await waitingOne(services, call)
  const { clientId, host, publicKey, agentVersion, thumbprint } = row
  const server = serverOf(row)
  const { serverId } = server
  // Before the row: a crash in between leaves nothing that is in ATLAS and can't be found by its name.
  await services.fleet.putHosts([server])
  await services.clients.transact(clientId, {}, (partition) => {
    if (!partition.config()) throw noSuchClient(clientId)
    const known = partition.server(serverId)
    if (known?.agent) throw new Refusal('alreadyEnrolled', { serverId })
    const agent = { publicKey, enrolledAt: services.clocks.wire(), version: agentVersion }
    const value: ServerRow = { ...(known ?? { server }), agent }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value }],
      ledger: {
        actor: call.me.name,
        action: 'enrolment.approved',
        object: serverId,
        detail: { reason, thumbprint, host },
      },
      value: undefined,
    }
  })
  await services.fleet.useToken(row.token, services.clocks.wire())
  await services.enrolments.remove(row.enrolmentId)
  await joinCampaigns(services, call.durable, serverId)
  return nothing()
}

/** What its name tells of it; an import says the rest. */
function serverOf({ enrolmentId, clientId, host }: EnrolmentRow): Server {
  const parts = parseHostname(host)
  const role = parts?.role ?? roleInName(host) ?? 'other'
  return {
    serverId: ServerId.parse(enrolmentId),
    clientId,
    host,
    role,
    kind: role === 'host' ? 'hyperVHost' : 'physical',
    ...(parts ? { site: parts.site } : {}),
  }
}

async function refuseEnrolment(services: Services, call: Call) {
  const { reason } = await call.body(ReasonBody)
  const row = await waitingOne(services, call)
  const { clientId, enrolmentId, thumbprint } = row
  await services.clients.transact(clientId, {}, (partition) => {
    if (!partition.config()) throw noSuchClient(clientId)
    return {
      kind: 'write',
      rows: [],
      ledger: {
        actor: call.me.name,
        action: 'enrolment.refused',
        object: enrolmentId,
        detail: { reason, thumbprint },
      },
      value: undefined,
    }
  })
  const refused = { by: call.me.name, reason, at: services.clocks.wire() }
  await services.enrolments.change(enrolmentId, (current) => current && { ...current, refused })
  return nothing()
}
