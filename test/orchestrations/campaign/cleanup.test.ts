import { expect, test } from 'vitest'
import { cleanup } from '../../../orchestrations/campaign/cleanup.ts'
import type { CommandEnd, CommandSpec } from '../../../orchestrations/steps/catalogue.ts'
import { play, type Script } from '../../support/playedContext.ts'
import { failure } from './serverRig.ts'

const checkpoint = (name: string) => ({
  name,
  serverId: `boulangerie.${name}`,
  host: name.toUpperCase(),
  on: 'boulangerie.hv01',
})
const gone: CommandEnd = { kind: 'succeeded', result: { name: 'atlas-x', merged: true } }

const held = {
  serverId: 'boulangerie.srv09',
  host: 'SRV09',
  on: 'boulangerie.bkp01',
  jobs: [{ id: 'j', name: 'Nightly' }],
}

/** The first ends are those of checkpoints, the others of jobs. */
function clean(ends: readonly (CommandEnd | 'silence' | 'fenced')[], ofJobs = 0) {
  const issued: CommandSpec[] = []
  const script: Script = ({ name, input }, now) => {
    switch (name) {
      case 'openCleanup':
        return {
          value:
            ends.length === 0
              ? { kind: 'nothing' }
              : {
                  kind: 'opened',
                  fence: 4,
                  checkpoints: ends.slice(ofJobs).map((_, i) => checkpoint(`srv0${i}`)),
                  jobs: Array.from({ length: ofJobs }, () => held),
                },
        }
      case 'issueCommand': {
        const end = ends[issued.push(input as CommandSpec) - 1]
        if (end === 'fenced') return { value: { kind: 'fenced', fence: 9 } }
        return { value: end === 'silence' ? { kind: 'open', pollAt: now + 1 } : { kind: 'ended', end } }
      }
      case 'lookAtCommand':
        return { value: { kind: 'open', pollAt: now + 1, overdue: true } }
      default:
        return {}
    }
  }
  const input = { clientId: 'boulangerie', owner: 'cleanup-1' }
  const { asked } = play(cleanup, input, script, { instanceId: 'cleanup-1:c:boulangerie' })
  return { issued, steps: asked.map(({ name }) => name), asked }
}

test('Each due checkpoint is removed under the lock, beside any server’s own story, and the lock given back', () => {
  const { issued, steps } = clean([gone, gone])
  expect(issued).toMatchObject([
    { campaignId: 'cleanup-1', serverId: 'boulangerie.srv00', on: 'boulangerie.hv01', fence: 4, aside: true },
    { serverId: 'boulangerie.srv01', commandId: 'cleanup-1.c.boulangerie.release.2' },
  ])
  expect(steps.at(-1)).toBe('closeCleanup')
  expect(steps).not.toContain('keepCheckpoint')
})

test('One that fails or is not answered is written down, and the next one has its turn', () => {
  const { asked, steps } = clean([failure(), 'silence', gone])
  const kept = asked.filter(({ name }) => name === 'keepCheckpoint').map(({ input }) => input)
  expect(kept).toMatchObject([{ message: 'broken!' }, { message: 'lost' }])
  expect(steps).not.toContain('markUnknown')
  expect(steps.at(-1)).toBe('closeCleanup')
})

test('Without anything due nothing is locked, and once the lock is another’s nothing more is done', () => {
  expect(clean([]).steps).toEqual(['openCleanup'])
  const { issued, steps } = clean(['fenced', gone])
  expect(issued).toHaveLength(1)
  expect(steps).not.toContain('closeCleanup')
})

test('Jobs that nobody lets go of any more are released too, and why one could not be is written down', () => {
  const released: CommandEnd = { kind: 'succeeded', result: { released: [], missing: [] } }
  const { issued, steps, asked } = clean([failure(), released, 'silence', failure()], 3)
  expect(issued.slice(1)).toMatchObject(
    [1, 2, 3].map((number) => ({
      serverId: 'boulangerie.srv09',
      on: 'boulangerie.bkp01',
      aside: true,
      commandId: `cleanup-1.c.boulangerie.releaseJobs.${number}`,
      task: { kind: 'releaseJobs', params: { target: 'SRV09', jobs: ['j'] } },
    })),
  )
  const kept = asked.filter(({ name }) => name === 'keepJobs').map(({ input }) => input)
  expect(kept).toMatchObject([{ message: 'lost' }, { message: 'broken!' }])
  expect(steps.at(-1)).toBe('closeCleanup')
  expect(clean(['fenced', released], 2).steps).not.toContain('closeCleanup')
})
