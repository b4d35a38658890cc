import { expect, it } from 'vitest'
import { killPart, noKills } from '../chaos/killers.ts'
import { play } from '../chaos/play.ts'
import { RingNumber } from '../../orchestrations/domain/ids.ts'
import { demoSlice } from '../support/demoSlice.ts'
import { seededRandom } from '../support/random.ts'

const seed = 11
// Six clients of five servers: at this speed two rings fit their window several times.
const slice = demoSlice(30, 5)
const clients = slice.clients.map((client) => ({
  ...client,
  ring: RingNumber.parse(Math.min(client.ring, 1)),
}))
const inventory = { ...slice, clients }
const campaign = { scenario: 'weekend', inventory, speed: 3_000, seed }

it('three kills of the host in a weekend with faults change no outcome and repeat no effect', async () => {
  const without = await play({ ...campaign, killer: noKills })
  expect(without.evidence).toEqual([])

  const spanMs = without.result.simulatedSeconds * 1000
  const killer = killPart('host', { kills: 3, spanMs, random: seededRandom(seed) })
  const killed = await play({ ...campaign, killer, expected: without.outcomes })
  expect(killed.kills).toBe(3)
  expect(killed.evidence).toEqual([])
}, 240_000)
