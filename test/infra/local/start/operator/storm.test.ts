import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stormScript } from '../../../../../infra/local/start/operator/storm.ts'
import { demoSlice } from '../../../../support/demoSlice.ts'

const inventory = demoSlice(200, 5)
const clients = new Set<string>(inventory.clients.map(({ clientId }) => clientId))
const lifts: readonly (readonly [string, string])[] = [
  ['pauseCampaign', 'resumeCampaign'],
  ['stop', 'release'],
  ['stopClient', 'resumeClient'],
  ['holdRing', 'promoteRing'],
]

test('whatever the seed, who stops something also lets it go on, and all that is named is there', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { actions } = stormScript(inventory, seed)
      expect(stormScript(inventory, seed)).toEqual({ actions })
      const names = actions.map(({ name }) => name)
      const kinds = new Set<string>(actions.map((action) => action.do.kind))
      expect(lifts.filter(([ban, lift]) => kinds.has(ban) && !kinds.has(lift))).toEqual([])
      expect(names).toEqual(
        expect.arrayContaining(actions.flatMap(({ when }) => (when.kind === 'after' ? [when.action] : []))),
      )
      const meant = actions.flatMap((action) => ('clientId' in action.do ? [action.do.clientId] : []))
      expect(meant.filter((clientId) => !clients.has(clientId))).toEqual([])
      const endless = actions.filter(
        (action) => action.do.kind === 'pauseClient' && action.do.minutes === undefined,
      )
      expect(endless.length === 0 || kinds.has('resumeClient')).toBe(true)
    }),
    { numRuns: 100, seed: 9 },
  )
})

test('seeds differ', () => {
  expect(stormScript(inventory, 1)).not.toEqual(stormScript(inventory, 2))
})
