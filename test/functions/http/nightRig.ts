import { endServer } from '../../../functions/activities/servers.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind, UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { Turn } from '../../../orchestrations/steps/catalogue.ts'
import { asHost, beat, commanded, enrolled, serverAt } from './agentRig.ts'
import type { Rig } from './rig.ts'

/** A server under way, with its campaign and host. */
export type World = Awaited<ReturnType<typeof commanded>>
export const ring = RingNumber.parse(2)

/** A night in hand: turns are taken, servers end and hosts answer when the test says so. */
export function nightOf(rig: () => Rig) {
  const stateOf = ({ clientId, campaignId, server }: World, serverId = server.serverId) =>
    rig().services.clients.read(clientId, { campaign: campaignId }, (partition) => {
      return partition.run(campaignId, serverId)?.state
    })
  const ofServer = (name: string, serverId: string, body: object = {}) =>
    rig().byName(name, { who: 'anna', params: { serverId }, body: { reason: 'why', ...body } })
  const turn = ({ campaignId, clientId }: World, name: string, pass = 0): Promise<Turn> =>
    takeTurn(rig().services, { campaignId, clientId, ring, pass, turn: name })
  const end = (
    { campaignId, clientId, server }: World,
    outcome: OutcomeKind,
    round = 0,
    updates: readonly UpdateResult[] = [],
  ) =>
    endServer(rig().services, {
      campaignId,
      clientId,
      ring,
      serverId: server.serverId,
      round,
      end: { outcome, reason: reason('commandFailed'), updates, attempts: 1 },
    })
  /** A second server of the client waits for its turn; it is heard of when the test says so. */
  async function withSecond() {
    const second = await enrolled(rig(), serverAt(1))
    const world = await commanded(rig(), 0)
    return { world, serverId: serverAt(1).serverId, appear: () => asHost(rig(), second, 'heartbeat', beat()) }
  }
  const answered = async (world: World) => {
    const report = { type: 'tombstone', commandId: world.commandId, at: 5 }
    await asHost(rig(), world.host, 'report', JSON.stringify({ reports: [report] }))
  }
  return { stateOf, ofServer, turn, end, withSecond, answered }
}
