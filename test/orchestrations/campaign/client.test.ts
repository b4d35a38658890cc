import { expect, test } from 'vitest'
import { client, lane } from '../../../orchestrations/campaign/client.ts'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { ServerInput, Turn } from '../../../orchestrations/steps/catalogue.ts'
import { play, type Orchestrator, type Script } from '../../support/playedContext.ts'
import { campaignId, clientId, jobOf, ring } from './serverRig.ts'

const minute = 60_000
const input = { campaignId, clientId, ring, pass: 0 }
const options = { instanceId: `${campaignId}:p0:${clientId}` }

const serverOf = (name: string, more: object = {}): ServerInput => {
  const serverId = ServerId.parse(`${clientId}.${name}`)
  return { ...jobOf({}), serverId, instanceId: `${campaignId}:p0:${serverId}`, ...more }
}
const starts = (name: string, more: object = {}): Turn => ({ kind: 'start', server: serverOf(name, more) })
const hold: Turn = { kind: 'hold' }
const finish: Turn = { kind: 'finish' }

interface World {
  readonly turns?: readonly Turn[]
  readonly lanes?: number
  /** Instances, by the end of their id, whose story breaks. */
  readonly broken?: readonly string[]
}

/** Plays a client, or a lane, whose turns are these. */
function playClient(story: Orchestrator, { turns = [], lanes = 1, broken = [] }: World, more: object = {}) {
  const left = [...turns]
  const log: string[] = []
  const ends: unknown[] = []
  const script: Script = ({ name, input: asked, instanceId }) => {
    switch (name) {
      case 'openClient':
        return { value: { lanes } }
      case 'takeTurn':
        log.push(`turn ${(asked as { turn: string }).turn}`)
        return { value: left.shift() ?? finish }
      case 'endServer':
        ends.push(asked)
        return {}
      default: {
        const place = instanceId?.split(':').at(-1) ?? ''
        log.push(`${name} ${place}`)
        return broken.includes(place)
          ? { error: 'out of memory', afterMs: 5 * minute }
          : { afterMs: 45 * minute }
      }
    }
  }
  const played = play(story, { ...input, ...more }, script, options)
  return { log, ends, played }
}

test('A client that may do one at a time does one after the other, each turn under its own name', () => {
  const { log, played } = playClient(client, { turns: [starts('a'), starts('b'), finish] })
  expect(log).toEqual(['turn 0.1', 'server boulangerie.a', 'turn 0.2', 'server boulangerie.b', 'turn 0.3'])
  expect(played.endedAt).toBe(90 * minute)
})

test('It waits whenever its turn holds, each time in an instance of its own', () => {
  const { log } = playClient(client, { turns: [hold, hold, starts('a'), hold, finish] })
  const waits = log.filter((one) => one.startsWith('wait'))
  expect(waits).toHaveLength(3)
  expect(new Set(waits).size).toBe(3)
})

test('A client that may do three at a time runs three lanes, and ends when all have', () => {
  const { log, played } = playClient(client, { lanes: 3, broken: ['lane1'] })
  expect(log).toEqual(['lane lane0', 'lane lane1', 'lane lane2'])
  expect(played.endedAt).toBe(45 * minute)
})

test('Two lanes take turns under different names', () => {
  const names = [0, 1].map((number) => playClient(lane, { turns: [finish] }, { lane: number }).log)
  expect(names).toEqual([['turn 0.1'], ['turn 1.1']])
})

test('A server whose story breaks needs an operator, and its client goes on', () => {
  const { ends, log } = playClient(client, {
    turns: [starts('a'), starts('b'), finish],
    broken: ['boulangerie.a'],
  })
  expect(ends).toEqual([
    expect.objectContaining({
      serverId: 'boulangerie.a',
      end: expect.objectContaining({
        outcome: 'needsOperator',
        reason: { code: 'internalError', params: { message: 'out of memory' } },
      }),
    }),
  ])
  expect(log).toContain('server boulangerie.b')
})

test('A server is updated in the instance that its turn names, and a second time in another', () => {
  const again = { round: 1, instanceId: 'camp:p0r1:boulangerie.a' }
  const { played } = playClient(client, { turns: [starts('a'), starts('a', again), finish] })
  const servers = played.asked.filter(({ name }) => name === 'server')
  expect(servers.map(({ instanceId }) => instanceId)).toEqual([
    'camp:p0:boulangerie.a',
    'camp:p0r1:boulangerie.a',
  ])
})

test('A story beside the ring’s own takes its turns, and waits, under names of its own', () => {
  const { log, played } = playClient(client, { turns: [hold, finish] }, { story: 's7' })
  expect(log.filter((one) => one.startsWith('turn'))).toEqual(['turn s7-0.1', 'turn s7-0.2'])
  const wait = played.asked.find(({ name }) => name === 'wait')
  expect(wait?.input).toMatchObject({ subject: { kind: 'client', lane: 's7-0' } })
})
