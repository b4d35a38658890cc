import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenUses } from '../../../../functions/adapters/tables/tokenUses.ts'
import { Turns } from '../../../../functions/adapters/tables/turns.ts'

interface Token {
  readonly left: number
  readonly expiresAt: number
}

/** One row, changed in turns, with as many conflicts before each write as `conflicts` says. */
function rowOf(token: Token | undefined, conflicts: () => number = () => 0) {
  const turns = new Turns<string>()
  const row = { token, writes: 0 }
  const change = (hash: string, decide: (token: Token | undefined) => Token | undefined) =>
    turns.take(hash, async () => {
      await Promise.resolve()
      for (let conflict = conflicts(); conflict > 0; conflict--) {
        decide(row.token)
        await Promise.resolve()
      }
      const next = decide(row.token)
      if (!next) return
      row.token = next
      row.writes++
    })
  return { row, use: createTokenUses<Token>(change) }
}

const won = (uses: readonly (Token | undefined)[]) => uses.flatMap((use) => use?.left ?? [])

test('Hosts that ask at one moment share a write, and each is granted a use of its own', async () => {
  const { row, use } = rowOf({ left: 60, expiresAt: 10 })
  const uses = await Promise.all(Array.from({ length: 100 }, () => use('one', 0)))
  expect(won(uses)).toEqual(Array.from({ length: 60 }, (_, index) => 59 - index))
  expect(row).toMatchObject({ token: { left: 0 }, writes: 1 })
})

test('Who asks after the token has expired gets nothing, beside others who asked before', async () => {
  const { row, use } = rowOf({ left: 9, expiresAt: 10 })
  const uses = await Promise.all([use('one', 9), use('one', 10), use('one', 9)])
  expect(uses.map((one) => one?.left)).toEqual([8, undefined, 7])
  expect(row.token?.left).toBe(7)
})

test('A failure is told to those who shared it, and the next one is served', async () => {
  const { row, use } = rowOf({ left: 5, expiresAt: 10 })
  let fails = true
  const failing = createTokenUses<Token>(async (_, decide) => {
    if (fails) throw new Error('out of reach')
    row.token = decide(row.token) ?? row.token
  })
  const uses = await Promise.allSettled([failing('one', 0), failing('one', 0)])
  expect(uses.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  expect(await failing('one', 0)).toMatchObject({ left: 4 })
  expect(await use('one', 0)).toMatchObject({ left: 3 })
})

test('However hosts come and writes conflict, as many uses are granted as were taken off, never more than there were', async () => {
  const groups = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20 }),
      groups,
      fc.integer({ min: 0, max: 2 }),
      async (left, sizes, conflicts) => {
        const { row, use } = rowOf({ left, expiresAt: 10 }, () => conflicts)
        const asked: Promise<Token | undefined>[] = []
        for (const size of sizes) {
          for (let host = 0; host < size; host++) asked.push(use('one', 0))
          await Promise.resolve()
        }
        const granted = won(await Promise.all(asked))
        expect(granted).toHaveLength(Math.min(left, asked.length))
        expect(new Set(granted).size).toBe(granted.length)
        expect(row.token?.left).toBe(left - granted.length)
      },
    ),
  )
})
