import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ClientRow } from '../../orchestrations/contracts/board.ts'
import { countsOf } from '../../static-web/src/model/rows.ts'
import { cellOrder } from '../../static-web/src/model/vocabulary.ts'
import { textsOf } from '../../static-web/src/texts/index.ts'
import { openRoom } from './room.ts'
import { sceneBoard } from './scene.ts'

const room = openRoom()
/** `npm run drops` forces 100; the suite, which has to be quick, 20. */
const drops = z.coerce.number().int().min(1).max(1000).default(20).parse(process.env['ATLAS_DROPS'])
const clients = 40

/** As the board says it to who can't see its signs. */
function inWords({ cells }: ClientRow): string {
  const counts = countsOf(cells)
  return cellOrder
    .filter((name) => counts[name] > 0)
    .map((name) => textsOf.en.counted(counts[name], textsOf.en.states[name]))
    .join(', ')
}

describe('a line that drops', () => {
  it(
    `loses no final state over ${drops} forced disconnections`,
    async () => {
      const { atlas } = room
      atlas.world.board = sceneBoard(clients, 10)
      const { page } = await room.enter()
      await page.locator('.list').waitFor()
      const digests = setInterval(() => void atlas.digest(), 5_000)
      try {
        for (let drop = 0; drop < drops; drop += 1) {
          // The page has a line again: every round is a disconnection of its own.
          await expect.poll(() => atlas.isPushed(), { timeout: 20_000, interval: 20 }).toBe(true)
          atlas.cutPush()
          const rows = (atlas.world.board?.clients ?? []).filter((_, place) => (place + drop) % 7 === 0)
          const next = rows.map((row) => endedFurther(row, drop))
          atlas.change(next)
          // A third of the changes is pushed into the gap, a third never (its process died), a third after it.
          if (drop % 3 === 0) await atlas.push(atlas.fleetFrame(next))
          atlas.mendPush()
          if (drop % 3 === 1) await atlas.push(atlas.fleetFrame(next))
        }
        const wanted = (atlas.world.board?.clients ?? []).map((row) => [row.name, inWords(row)])
        const shown = async () => {
          const names = await page.locator('.list-row .client-name').allInnerTexts()
          const cells = await page
            .locator('.list-row .cells')
            .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))
          const seen = new Map(names.map((name, place) => [name, cells[place]]))
          return wanted.map(([name]) => [name, seen.get(name ?? '')])
        }
        await expect.poll(shown, { timeout: 25_000, interval: 500 }).toEqual(wanted)
      } finally {
        clearInterval(digests)
      }
    },
    60_000 + drops * 3_000,
  )
})

/** The row with one more server at its end, or another end for one that has ended. */
function endedFurther(row: ClientRow, drop: number): ClientRow {
  const ends = 'sfbk'
  const place = drop % row.cells.length
  const cells = row.cells.slice(0, place) + (ends[drop % ends.length] ?? 's') + row.cells.slice(place + 1)
  const { trouble: _, ...rest } = row
  return { ...rest, revision: row.revision + 1, now: [], cells }
}
