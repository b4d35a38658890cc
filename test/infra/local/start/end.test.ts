import { expect, test } from 'vitest'
import type { Api } from '../../../../infra/local/start/api.ts'
import { isOver } from '../../../../infra/local/start/campaign.ts'
import { mailOfEnd } from '../../../../infra/local/start/endMail.ts'
import type { Delivery, NoticeList } from '../../../../orchestrations/contracts/api.ts'
import { CampaignHead, type CampaignState } from '../../../../orchestrations/contracts/board.ts'
import { CampaignId } from '../../../../orchestrations/domain/ids.ts'

const now = Date.parse('2026-11-28T22:00:00Z')

function headOf(state: CampaignState, endedAt?: number): CampaignHead {
  return CampaignHead.parse({
    campaignId: 'camp',
    name: 'x',
    state,
    planHash: 'h',
    requestedBy: 'anna',
    createdAt: 0,
    endedAt,
  })
}

test.each<[string, CampaignState, number | undefined, boolean]>([
  ['all rings have ended', { kind: 'ended' }, now, true],
  ['the next window lies ahead', { kind: 'carryingOver', nextAt: now + 1 }, now, true],
  ['the next window is open: its pass is about to begin', { kind: 'carryingOver', nextAt: now }, now, false],
  ['nobody knows when the next window is', { kind: 'carryingOver' }, now, false],
  ['it was cancelled and rests', { kind: 'cancelled', reason: 'r', actor: 'a' }, now, true],
  [
    'it was cancelled and finishes what is under way',
    { kind: 'cancelled', reason: 'r', actor: 'a' },
    undefined,
    false,
  ],
  ['it runs', { kind: 'running' }, undefined, false],
  ['it is paused', { kind: 'paused', reason: 'r', actor: 'a' }, undefined, false],
])('whether a campaign is over: %s', (_, state, endedAt, over) => {
  const clocks = { wire: 0, plan: now, speed: 800 }
  expect(isOver({ campaign: headOf(state, endedAt), clocks })).toBe(over)
})

const quick = { everyMs: 1, mostMs: 5_000 }
const end = (planAt: number, mail: Delivery): NoticeList['notices'][number] => ({
  id: `campaignEnded.camp.${planAt}`,
  kind: 'campaignEnded',
  at: 0,
  planAt,
  campaignId: CampaignId.parse('camp'),
  deliveries: [mail],
})
const waiting: Delivery = { kind: 'waiting', channel: 'mail', attempts: 0 }
const sent: Delivery = { kind: 'sent', channel: 'mail', at: 0 }

/** Answers one list after the other, and the last one for ever. */
function telling(lists: readonly NoticeList['notices'][]) {
  let asked = 0
  const refuse = () => Promise.reject(new Error('It only reads'))
  const api: Api = {
    get: (_, schema) => {
      const notices = lists[Math.min(asked, lists.length - 1)]
      asked += 1
      return Promise.resolve(schema.parse({ notices, channels: ['mail'] }))
    },
    post: refuse,
    upload: refuse,
  }
  return { api, asked: () => asked }
}

test('the end’s mail is waited for: until the watch has told of it and the mail has gone out', async () => {
  const { api, asked } = telling([[], [end(now + 1, waiting)], [end(now + 1, sent)]])
  expect(await mailOfEnd(api, headOf({ kind: 'ended' }, now), quick)).toBe('sent')
  expect(asked()).toBe(3)
})

test('the mail about an earlier pass is not the one about this end', async () => {
  const { api, asked } = telling([[end(now - 1, sent)], [end(now + 1, sent), end(now - 1, sent)]])
  expect(await mailOfEnd(api, headOf({ kind: 'ended' }, now), quick)).toBe('sent')
  expect(asked()).toBe(2)
})

test('a mail that failed for good, and one that never comes, are said and not waited for', async () => {
  const failed: Delivery = { kind: 'failed', channel: 'mail', at: 0, attempts: 9, error: 'no' }
  const head = headOf({ kind: 'ended' }, now)
  expect(await mailOfEnd(telling([[end(now + 1, failed)]]).api, head, quick)).toBe('failed')
  const never = { everyMs: 1, mostMs: 20 }
  expect(await mailOfEnd(telling([[end(now + 1, waiting)]]).api, head, never)).toBe('waiting')
})
