import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { boundaries, cross, crossings } from './crashMatrix.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-crash-'))
})
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 10 }))

/** Every kind at some boundaries and every boundary with some kinds; all of it is `npm run crash`. */
const plan = crossings(5)
const minute = 60_000

test('every kind and every boundary is crossed', () => {
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(taskKinds))
  expect(new Set(plan.map(({ boundary }) => boundary))).toEqual(new Set(boundaries))
})

describe.concurrent('an agent killed with -9', () => {
  test.each(boundaries)(
    'at %s has done everything once and reported it when it is back',
    async (boundary) => {
      const data = mkdtempSync(join(folder, `${boundary}-`))
      expect(
        await cross(
          data,
          plan.filter((crossing) => crossing.boundary === boundary),
        ),
      ).toEqual([])
    },
    5 * minute,
  )
})

describe('the crash test itself', () => {
  const install = (boundary: 'received' | 'effectBegun') =>
    [{ commandId: `install-${boundary}`, kind: 'install', boundary }] as const

  test(
    'finds an effect that happens twice, because the machine’s memory of it is lost',
    async () => {
      const data = mkdtempSync(join(folder, 'twice-'))
      const problems = await cross(data, install('effectBegun'), 'forgetsItsWork')
      expect(problems).toContain('install-effectBegun: begun 2 times')
    },
    minute,
  )

  test(
    'finds a result that is lost, because the message was settled before it was journalled',
    async () => {
      const data = mkdtempSync(join(folder, 'lost-'))
      const problems = await cross(data, install('received'), 'settlesUnwritten')
      expect(problems).toContain('install-received: no result was reported')
    },
    minute,
  )
})
