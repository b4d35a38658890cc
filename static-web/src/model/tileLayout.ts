import { pitch } from './cells.ts'
import type { Line } from './rows.ts'

/** Measures of a tile, CSS px. */
export interface TileStyle {
  readonly dense: boolean
  /** Narrowest tile: as many stand side by side as fit. */
  readonly least: number
  readonly gap: number
  readonly bar: number
  readonly padding: number
  /** Height of the line with sign and name. */
  readonly head: number
  readonly sign: number
  readonly font: number
  /** From one server's sign to the next. */
  readonly pitch: number
  readonly below: number
}

export const roomy: TileStyle = {
  dense: false,
  least: 158,
  gap: 6,
  bar: 4,
  padding: 8,
  head: 30,
  sign: 16,
  font: 12,
  pitch: 13,
  below: 7,
}
export const dense: TileStyle = {
  dense: true,
  least: 112,
  gap: 2,
  bar: 3,
  padding: 4,
  head: 16,
  sign: 11,
  font: 11,
  pitch: 6,
  below: 3,
}

/** More clients than this get smaller tiles, so that 300 stand on one screen. */
const roomyUpTo = 120
/** Past this many servers a tile shows counts, as a row of the list does. */
export const mostTileCells = 60
/** A canvas has a largest size, so what is high is cut into bands of about this height. */
const bandHeight = 800
const headingHeight = 24

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface TileBox extends Box {
  readonly line: Line
}

export interface RingHeading extends Box {
  readonly ring: number
  readonly clients: number
}

export interface Band {
  readonly top: number
  readonly height: number
  readonly tiles: readonly TileBox[]
}

export interface TileLayout {
  readonly style: TileStyle
  readonly width: number
  readonly height: number
  /** By ring, in a ring as the lines come: the order of the keyboard. */
  readonly tiles: readonly TileBox[]
  readonly headings: readonly RingHeading[]
  readonly bands: readonly Band[]
}

type Item =
  | { readonly line: Line; readonly height: number }
  | { readonly ring: number; readonly clients: number; readonly height: number }

/** Where every client's tile stands in a ground of this width: what is painted is what the pointer hits. */
export function layoutTiles(lines: readonly Line[], width: number): TileLayout {
  const style = lines.length > roomyUpTo ? dense : roomy
  const { least, gap } = style
  const perRow = Math.max(1, Math.floor((width + gap) / (least + gap)))
  const tileWidth = Math.max(1, Math.floor((width - gap * (perRow - 1)) / perRow))
  const tiles: TileBox[] = []
  const headings: RingHeading[] = []
  const bands: Band[] = []
  let band: { top: number; tiles: TileBox[] } = { top: 0, tiles: [] }
  let y = 0
  for (const row of rowsOf(lines, style, tileWidth, perRow)) {
    if (y - band.top >= bandHeight) {
      bands.push({ ...band, height: y - band.top })
      band = { top: y, tiles: [] }
    }
    const height = Math.max(...row.map((item) => item.height))
    row.forEach((item, column) => {
      const box = { x: column * (tileWidth + gap), y, width: tileWidth, height }
      if ('line' in item) band.tiles.push({ ...box, line: item.line })
      else headings.push({ ...box, ring: item.ring, clients: item.clients })
    })
    tiles.push(...band.tiles.slice(band.tiles.length - row.filter((item) => 'line' in item).length))
    y += height + gap
  }
  const height = Math.max(0, y - gap)
  bands.push({ ...band, height: height - band.top })
  return { style, width, height, tiles, headings, bands }
}

/** Dense: a ring's heading is a tile among tiles. Roomy: it has a row to itself. */
function rowsOf(lines: readonly Line[], style: TileStyle, tileWidth: number, perRow: number): Item[][] {
  const rings = [...new Set(lines.map(({ row }) => row.ring))].sort((a, b) => a - b)
  const rows: Item[][] = []
  let open: Item[] = []
  const close = () => {
    if (open.length > 0) rows.push(open)
    open = []
  }
  const put = (item: Item) => {
    if (open.length === perRow) close()
    open.push(item)
  }
  for (const ring of rings) {
    const members = lines.filter(({ row }) => row.ring === ring)
    const heading = { ring, clients: members.length, height: style.dense ? style.head : headingHeight }
    if (style.dense) put(heading)
    else {
      close()
      rows.push([heading])
    }
    for (const line of members) put({ line, height: tileHeight(line, style, tileWidth) })
  }
  close()
  return rows
}

/** How many servers' signs stand in one line of a tile. */
export function tileColumns(style: TileStyle, tileWidth: number): number {
  return Math.max(1, Math.floor((tileWidth - style.bar - 2 * style.padding) / style.pitch))
}

function tileHeight(line: Line, style: TileStyle, tileWidth: number): number {
  const servers = line.row.cells.length
  const lines = servers > mostTileCells ? 2 : Math.max(1, Math.ceil(servers / tileColumns(style, tileWidth)))
  return style.head + lines * style.pitch + style.below
}

/** The size of a server's sign: the rest of its pitch is air. */
export const cellSize = (style: TileStyle): number => (style.pitch * 16) / pitch

/** The place of the tile under a point of the ground; undefined between tiles. */
export function tileAt({ tiles }: TileLayout, x: number, y: number): number | undefined {
  const place = tiles.findIndex(
    (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
  )
  return place < 0 ? undefined : place
}

/** Which of its servers' signs a point of the ground falls on, from 0. */
export function serverAt(style: TileStyle, box: TileBox, x: number, y: number): number | undefined {
  const servers = box.line.row.cells.length
  if (servers > mostTileCells) return undefined
  const columns = tileColumns(style, box.width)
  const column = Math.floor((x - box.x - style.bar - style.padding) / style.pitch)
  const row = Math.floor((y - box.y - style.head) / style.pitch)
  const place = row * columns + column
  return column >= 0 && column < columns && row >= 0 && place < servers ? place : undefined
}

/** Where a key leads from a tile; undefined = the key is none of these. Stays where there is no further one. */
export function neighbour(layout: TileLayout, from: number, key: string): number | undefined {
  const last = layout.tiles.length - 1
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, from + 1)
    case 'ArrowLeft':
      return Math.max(0, from - 1)
    case 'Home':
      return 0
    case 'End':
      return last
    case 'ArrowDown':
      return beside(layout, from, 1)
    case 'ArrowUp':
      return beside(layout, from, -1)
    default:
      return undefined
  }
}

/** The nearest tile of the next row that has one. */
function beside({ tiles }: TileLayout, from: number, way: 1 | -1): number {
  const here = tiles[from]
  if (!here) return from
  let best = from
  for (let place = from + way; place >= 0 && place < tiles.length; place += way) {
    const there = tiles[place]
    const found = tiles[best]
    if (!there || !found || there.y === here.y) continue
    if (best !== from && there.y !== found.y) break
    if (best === from || Math.abs(there.x - here.x) < Math.abs(found.x - here.x)) best = place
  }
  return best
}
