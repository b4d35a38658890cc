import { array, assert, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesFor } from '../../../static-web/src/model/rows.ts'
import { parseAddress } from '../../../static-web/src/model/address.ts'
import {
  dense,
  layoutTiles,
  neighbour,
  roomy,
  serverAt,
  tileAt,
  tileColumns,
} from '../../../static-web/src/model/tileLayout.ts'
import { clientRow } from '../row.ts'

/** Clients with these numbers of servers, in rings 0 to 3 by turns. */
const linesWith = (servers: readonly number[]) =>
  linesFor(
    servers.map((count, place) =>
      clientRow({ clientId: `c${place}`, name: `C ${place}`, ring: place % 4, cells: 's'.repeat(count) }),
    ),
    parseAddress(''),
  )
const anyFleet = record({
  servers: array(integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 200 }),
  width: integer({ min: 1, max: 2600 }),
})

describe('tiles', () => {
  it('stand side by side inside their ground, never over one another, by ring', () => {
    assert(
      property(anyFleet, ({ servers, width }) => {
        const { tiles, height, headings } = layoutTiles(linesWith(servers), width)
        expect(tiles).toHaveLength(servers.length)
        const rings = tiles.map(({ line }) => line.row.ring)
        expect(rings).toEqual(rings.toSorted((a, b) => a - b))
        const boxes = [...tiles, ...headings]
        for (const box of boxes) {
          expect(box.x >= 0 && box.x + box.width <= Math.max(1, width) && box.y + box.height <= height).toBe(
            true,
          )
        }
        const over = tiles.some((a, place) =>
          tiles
            .slice(place + 1, place + 40)
            .some(
              (b) =>
                a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
            ),
        )
        expect(over).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('are hit where they are drawn, and each of their servers too', () => {
    assert(
      property(anyFleet, ({ servers, width }) => {
        const layout = layoutTiles(linesWith(servers), width)
        layout.tiles.forEach((box, place) => {
          expect(tileAt(layout, box.x, box.y)).toBe(place)
          expect(tileAt(layout, box.x + box.width - 0.1, box.y + box.height - 0.1)).toBe(place)
        })
        expect(tileAt(layout, -1, 0)).toBeUndefined()
        expect(tileAt(layout, 0, layout.height + 1)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
    const { style, tiles } = layoutTiles(linesWith([33]), 200)
    const [box] = tiles
    if (!box) throw new Error('one client, one tile')
    const columns = tileColumns(style, box.width)
    const x = box.x + style.bar + style.padding + 2 * style.pitch + 1
    expect(serverAt(style, box, x, box.y + style.head + style.pitch + 1)).toBe(columns + 2)
    expect(serverAt(style, box, x, box.y + 2)).toBeUndefined()
  })

  it('of a band cover the whole ground, each tile in exactly one', () => {
    const { bands, tiles, height } = layoutTiles(linesWith(Array.from({ length: 900 }, () => 33)), 360)
    expect(bands.length).toBeGreaterThan(5)
    expect(bands.flatMap((band) => band.tiles)).toEqual(tiles)
    expect(Math.max(...bands.map((band) => band.height))).toBeLessThan(900)
    const last = bands.at(-1)
    expect((last?.top ?? 0) + (last?.height ?? 0)).toBe(height)
  })

  it('of 300 clients with 33 servers fit beside the head of the board on a screen of 1,920 × 1,080', () => {
    const { style, height } = layoutTiles(linesWith(Array.from({ length: 300 }, () => 33)), 1870)
    expect(style).toBe(dense)
    expect(height).toBeLessThan(760)
    expect(layoutTiles(linesWith([33]), 1870).style).toBe(roomy)
  })

  it('lead by arrow keys to every other one, and stay at the ends', () => {
    const layout = layoutTiles(linesWith(Array.from({ length: 50 }, () => 5)), 700)
    const last = layout.tiles.length - 1
    expect(neighbour(layout, 0, 'ArrowLeft')).toBe(0)
    expect(neighbour(layout, last, 'ArrowRight')).toBe(last)
    expect(neighbour(layout, 3, 'a')).toBeUndefined()
    let place = 0
    const seen = new Set<number>()
    while (!seen.has(place)) {
      seen.add(place)
      place = neighbour(layout, place, 'ArrowDown') ?? -1
    }
    const rows = new Set(layout.tiles.map(({ y }) => y))
    expect(seen.size).toBe(rows.size)
    layout.tiles.forEach((tile, at) => {
      const down = neighbour(layout, at, 'ArrowDown') ?? -1
      const up = neighbour(layout, at, 'ArrowUp') ?? -1
      expect(down === at || (layout.tiles[down]?.y ?? 0) > tile.y).toBe(true)
      expect(up === at || (layout.tiles[up]?.y ?? Infinity) < tile.y).toBe(true)
    })
  })
})
