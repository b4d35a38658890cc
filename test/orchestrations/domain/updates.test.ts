import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CampaignId, clientOf, ServerId } from '../../../orchestrations/domain/ids.ts'
import {
  chooseUpdates,
  dueBlock,
  noteFailure,
  updateCategories,
  type UpdateRecord,
} from '../../../orchestrations/domain/updates.ts'

const campaignId = CampaignId.parse('camp')
const failure = (server: string, at = 1, campaign = campaignId) => ({
  kb: 'KB5068787',
  title: 'Cumulative update',
  campaignId: campaign,
  serverId: ServerId.parse(server),
  at,
})
const noted = (...servers: string[]): UpdateRecord | undefined =>
  servers.reduce<UpdateRecord | undefined>(
    (record, server, index) => noteFailure(record, failure(server, index + 1)) ?? record,
    undefined,
  )
const dueAt = (...servers: string[]) => dueBlock(noted(...servers) ?? empty, 3, 9)

const empty: UpdateRecord = { kb: 'KB5068787', title: '', failures: [] }

describe('A KB that fails', () => {
  test('at one client, however often, is not blocked', () => {
    expect(dueAt('a.srv01', 'a.srv02', 'a.srv03', 'a.srv04', 'b.srv01')).toBeUndefined()
  })

  test('at three clients is blocked by ATLAS, which says where', () => {
    expect(dueAt('a.srv01', 'b.srv01', 'c.srv01')).toEqual({
      actor: 'atlas',
      at: 9,
      reason: 'failed at 3 clients: a, b, c',
    })
  })

  test('twice on one server of a campaign, as when a step is repeated, is noted once', () => {
    expect(noteFailure(noted('a.srv01'), failure('a.srv01', 9))).toBeUndefined()
  })

  test('that somebody blocked by hand is not blocked again', () => {
    const blocked = { actor: 'anna', at: 1, reason: 'printers' }
    expect(dueBlock({ ...empty, ...noted('a.srv01', 'b.srv01'), blocked }, 1, 9)).toBeUndefined()
  })

  test('before somebody lifted its block does not count towards the next one', () => {
    const released = { ...empty, ...noted('a.srv01', 'b.srv01', 'c.srv01'), unblockedAt: 3 }
    const again = noteFailure(released, failure('d.srv01', 4))
    expect(again?.failures).toHaveLength(4)
    expect(dueBlock(again ?? empty, 2, 9)).toBeUndefined()
    expect(dueBlock(again ?? empty, 1, 9)).toMatchObject({ actor: 'atlas' })
  })

  test('is blocked exactly when it failed at as many different clients as the settings say', () => {
    const servers = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'y')).map(([c, s]) => `${c}.${s}`),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(servers, (names) => {
        const clients = new Set(names.map((name) => clientOf(ServerId.parse(name))))
        expect(dueAt(...names) !== undefined).toBe(clients.size >= 3)
      }),
    )
  })
})

const offered = (id: string, category: (typeof updateCategories)[number], kb = '') => ({ id, kb, category })
const lcu = offered('id-lcu', 'security', 'KB5068787')
const net = offered('id-net', 'updateRollup', 'KB5066743')
const preview = offered('id-preview', 'preview', 'KB5070000')
const feature = offered('id-feature', 'featureUpgrade')
const driver = offered('id-driver', 'driver')
const all = [lcu, net, preview, feature, driver]
const none = { named: [], categories: [], blocked: [] }

describe('Of what a server is offered it gets', () => {
  test('nothing that nobody approved', () => {
    expect(chooseUpdates(all, none).install).toEqual([])
  })

  test('what is approved by id or by KB, in any case', () => {
    expect(chooseUpdates(all, { ...none, named: ['ID-NET', 'kb5068787 '] }).install).toEqual([lcu, net])
  })

  test('what is approved by category, but never a feature upgrade, a preview or a driver', () => {
    const categories = [...updateCategories]
    expect(chooseUpdates(all, { ...none, categories }).install).toEqual([lcu, net])
  })

  test('a feature upgrade, a preview or a driver that is named', () => {
    const named = ['id-preview', 'id-feature', 'id-driver']
    expect(chooseUpdates(all, { ...none, named }).install).toEqual([preview, feature, driver])
  })

  test('nothing that is blocked, and nothing that an earlier ring has not proven: both are said', () => {
    const named = ['id-lcu', 'id-net', 'id-preview']
    const chosen = chooseUpdates(all, {
      ...none,
      named,
      blocked: ['KB5068787'],
      proven: ['id-lcu', 'id-net'],
    })
    expect(chosen).toEqual({ install: [net], blocked: [lcu], unproven: [preview] })
  })

  test('what has no KB only by its own id: an empty name approves and blocks nothing', () => {
    expect(chooseUpdates([feature], { ...none, named: [''] }).install).toEqual([])
    expect(chooseUpdates([feature], { ...none, named: ['id-feature'], blocked: [''] }).install).toEqual([
      feature,
    ])
  })
})
