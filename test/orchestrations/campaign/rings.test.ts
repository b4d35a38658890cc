import { expect, test } from 'vitest'
import { campaign } from '../../../orchestrations/campaign/campaign.ts'
import { group, ring } from '../../../orchestrations/campaign/ring.ts'
import { play, type Script } from '../../support/playedContext.ts'
import { campaignId, start } from './serverRig.ts'

const minute = 60_000
const clients = ['a', 'b', 'c', 'd']
const named = (log: string[], answer: Script): Script => {
  return (asked, now) => {
    log.push(`${asked.name} ${asked.instanceId?.split(':').slice(1).join(':') ?? ''}`.trim())
    return answer(asked, now)
  }
}

test('A group waits for all of its clients, also when one breaks at once', () => {
  const log: string[] = []
  const script = named(log, ({ instanceId }) =>
    instanceId?.endsWith(':b') === true
      ? { error: 'broken' }
      : { afterMs: (instanceId ?? '').charCodeAt(8) * minute },
  )
  const played = play(group, { campaignId, ring: 1, clients, pass: 2 }, script)
  expect(log).toEqual(clients.map((id) => `client p2:${id}`))
  expect(played.endedAt).toBe('d'.charCodeAt(0) * minute)
})

test('Children that end in the same moment, and all of them broken, are settled', () => {
  const script: Script = () => ({ error: 'broken', afterMs: minute })
  expect(play(group, { campaignId, ring: 1, clients, pass: 0 }, script).endedAt).toBe(minute)
})

test('A ring waits for its start, marks it, runs its groups side by side, marks its end, waits for its gate', () => {
  const log: string[] = []
  const script = named(log, ({ instanceId }) =>
    instanceId?.includes('group0') === true ? { error: 'broken' } : { afterMs: minute },
  )
  const groups = [['a', 'b'], ['c']]
  play(ring, { campaignId, ring: 1, groups, pass: 0 }, script, { instanceId: 'camp:p0:ring1' })
  expect(log).toEqual([
    'wait p0:ring1:wait-ring',
    'startRing',
    'group p0:ring1:group0',
    'group p0:ring1:group1',
    'endRing',
    'wait p0:ring1:wait-gate',
  ])
})

const opened = {
  rings: [
    { ring: 0, groups: [['a']] },
    { ring: 1, groups: [['b']] },
  ],
}

test('A campaign goes ring after ring and ends', () => {
  const log: string[] = []
  const script = named(log, ({ name }) => {
    if (name === 'openCampaign') return { value: opened }
    if (name === 'endCampaign') return { value: { kind: 'ended' } }
    return { afterMs: minute }
  })
  const played = play(campaign, { campaignId, pass: 0 }, script)
  expect(log).toEqual(['openCampaign', 'ring p0:ring0', 'ring p0:ring1', 'wait p0:wait-idle', 'endCampaign'])
  expect(played.continuedAs).toBeUndefined()
})

test('What did not fit is done in a further pass, at the next window, under new instance ids', () => {
  const nextAt = start + 24 * 60 * minute
  const pass = (number: number) => {
    let left = 1
    const log: string[] = []
    const script = named(log, ({ name }) => {
      if (name === 'openCampaign') return { value: opened }
      if (name === 'wait') return { afterMs: number === 0 && left-- > 0 ? 0 : nextAt - start }
      return name === 'endCampaign' ? { value: { kind: 'carryOver', nextAt } } : {}
    })
    return { log, played: play(campaign, { campaignId, pass: number }, script, { at: start }) }
  }
  const first = pass(0)
  expect(first.log.slice(-3)).toEqual(['wait p0:wait-idle', 'endCampaign', 'wait p0:wait-window'])
  expect(first.played.endedAt).toBe(nextAt)
  expect(first.played.continuedAs).toEqual({ campaignId, pass: 1 })
  const second = pass(1)
  expect(second.log).toContain('ring p1:ring0')
  expect(second.log).not.toContain('ring p0:ring0')
})

test('A ring that breaks is not passed over: the campaign breaks before the next one', () => {
  const log: string[] = []
  const script = named(log, ({ name }) =>
    name === 'openCampaign' ? { value: opened } : { error: 'the store is gone' },
  )
  expect(() => play(campaign, { campaignId, pass: 0 }, script)).toThrow('the store is gone')
  expect(log).not.toContain('ring p0:ring1')
})
