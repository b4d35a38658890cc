import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sendDigest } from '../../../functions/board/digest.ts'
import { Viewers } from '../../../functions/board/viewers.ts'
import type { Services } from '../../../functions/services.ts'
import { Frame } from '../../../orchestrations/contracts/board.ts'
import { clientOf } from '../../../orchestrations/domain/ids.ts'
import { imported, inventory, running, serverAt } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

let rig: Rig
let services: Services
let frames: { group: string; frame: Frame }[]
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())
beforeEach(() => {
  frames = []
  const push = {
    ...rig.services.push,
    send: (group: string, frame: Frame) => {
      frames.push({ group, frame: Frame.parse(frame) })
      return Promise.resolve()
    },
  }
  // As in another process than the one that gave viewers their addresses.
  const viewers = new Viewers(rig.services.fleet, rig.services.clocks, () => undefined)
  services = { ...rig.services, push, viewers }
})

test('Without a campaign and viewers of their own only the fleet gets a digest', async () => {
  await sendDigest(services)
  expect(frames).toMatchObject([{ group: 'fleet', frame: { type: 'digest', revisions: {} } }])
})

test('The group of a viewed client hears of that client alone, and of the campaign and its rings', async () => {
  const { campaignId } = await running(rig)
  const clientId = clientOf(serverAt(0).serverId)
  await rig.byName('negotiate', { who: 'sam' })
  await sendDigest(services)
  const [fleet, own, ...others] = frames
  expect(others).toEqual([])
  expect(Object.keys(fleet?.frame.type === 'digest' ? fleet.frame.revisions : {})).toHaveLength(
    inventory.clients.length,
  )
  expect(own).toMatchObject({
    group: `client-${clientId}`,
    frame: {
      type: 'digest',
      campaignId,
      stop: { kind: 'clear' },
      campaign: { state: { kind: 'running' } },
      rings: [{ ring: 2 }],
    },
  })
  expect(own?.frame).toHaveProperty('revisions', { [clientId]: expect.any(Number) })
})

test('A viewer whose address is no longer valid is forgotten', async () => {
  rig.time.wire += 61 * 60_000
  await sendDigest(services)
  expect(frames.map(({ group }) => group)).toEqual(['fleet'])
  rig.time.wire = 0
})
