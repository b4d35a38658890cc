import { ForgetBody, ReasonBody, ServerAnswer } from '../../../orchestrations/contracts/api.ts'
import { clientOf } from '../../../orchestrations/domain/ids.ts'
import { trustServer } from '../../control/quarantine.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { noSuchServer } from './auth.ts'
import { forgetAgent } from './forget.ts'
import type { Call, Route } from './route.ts'

export const trustRoutes: readonly Route[] = [
  {
    name: 'trustServer',
    method: 'POST',
    path: 'servers/{serverId}/trust',
    roles: ['operator'],
    summary: 'Ends the quarantine of a server: its agent is believed again.',
    body: ReasonBody,
    answers: { 200: ServerAnswer },
    handle: trust,
  },
  {
    name: 'forgetAgent',
    method: 'POST',
    path: 'servers/{serverId}/forget-agent',
    roles: ['operator'],
    summary:
      'Takes the key of a server back: the old agent is refused at once, and the host can be enrolled anew.',
    body: ForgetBody,
    answers: { 200: ServerAnswer },
    handle: forget,
  },
]

async function trust(services: Services, call: Call) {
  const serverId = call.serverId()
  const { reason } = await call.body(ReasonBody)
  const known = await services.clients.read(
    clientOf(serverId),
    {},
    (partition) => partition.server(serverId) !== undefined,
  )
  if (!known) throw noSuchServer(serverId)
  if (!(await trustServer(services, serverId, { actor: call.me.name, reason, unchanged: call.unchanged })))
    throw new Refusal('serverNotQuarantined', { serverId })
  return json({ serverId } satisfies ServerAnswer)
}

async function forget(services: Services, call: Call) {
  const serverId = call.serverId()
  const { reason } = await call.body(ForgetBody)
  await forgetAgent(services, serverId, { actor: call.me.name, reason, unchanged: call.unchanged })
  return json({ serverId } satisfies ServerAnswer)
}
