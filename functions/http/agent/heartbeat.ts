import { HeartbeatBody, type HeartbeatAnswer } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Services } from '../../services.ts'
import { json, parseJson } from '../respond.ts'
import { needOf } from './need.ts'

const calmSeconds = 60
const nearSeconds = 10

/** Records a heartbeat and tells the agent the time, the epoch, and whether to be at its queue. */
export async function heartbeat(services: Services, sender: ServerId, body: Buffer) {
  const beat = parseJson(HeartbeatBody, body)
  const at = services.clocks.wire()
  await services.heartbeats.record({
    serverId: sender,
    at,
    bootedAt: beat.bootedAt,
    open: beat.open,
    epoch: beat.epoch,
    connected: beat.connected,
    version: beat.agentVersion,
    skewMs: beat.now - at,
  })
  const clientId = clientOf(sender)
  const need = await needOf(services, sender)
  const look = services.clients.glance(clientId, (partition) => partition.control().epoch)
  const epoch = look ?? (await services.clients.read(clientId, {}, (partition) => partition.control().epoch))
  const connect = need === 'now' || beat.open.length > 0
  return json({
    serverTime: services.clocks.wire(),
    epoch,
    nextHeartbeatSeconds: beat.open.length > 0 || need === 'soon' ? nearSeconds : calmSeconds,
    ...(connect ? { connect: services.bus.access(sender) } : {}),
  } satisfies HeartbeatAnswer)
}
