import { cellName } from '../../../../orchestrations/contracts/board.ts'
import { drawSign } from '../../model/cells.ts'
import { cellSize, mostTileCells, type TileBox, tileColumns, type TileStyle } from '../../model/tileLayout.ts'
import {
  cellOrder,
  roleOf,
  type RowKind,
  type Role,
  type SignName,
  troubleNames,
} from '../../model/vocabulary.ts'
import type { Palette } from './palette.ts'

/** Signs cut out of a filled tile (board.css, "signs"). */
const solid: ReadonlySet<SignName> = new Set(['failed', 'needsOperator', 'unknown', 'stopped'])
/** Signs without a tile behind them. */
const hollow: ReadonlySet<SignName> = new Set([
  'pending',
  'excluded',
  'skipped',
  'offlineBeforeStart',
  'notEnrolled',
])
const loud: ReadonlySet<SignName> = new Set(troubleNames)
const barOf: Readonly<Partial<Record<RowKind, Role>>> = {
  trouble: 'severe',
  running: 'brand',
  paused: 'warning',
  held: 'warning',
  stopped: 'danger',
  ended: 'success',
}

/** Paints tiles in one palette, size and resolution; keeps each sign as a stamp and each name as it fits. */
export class TilePainter {
  readonly #palette: Palette
  readonly #style: TileStyle
  readonly #ratio: number
  readonly #stamps = new Map<string, HTMLCanvasElement>()
  readonly #fitted = new Map<string, string>()

  /** `ratio`: device pixels for one CSS px. */
  constructor(palette: Palette, style: TileStyle, ratio: number) {
    this.#palette = palette
    this.#style = style
    this.#ratio = ratio
  }

  get ratio(): number {
    return this.#ratio
  }

  paint(pen: CanvasRenderingContext2D, box: TileBox): void {
    const { row, kind, sign } = box.line
    const { bar, padding, head } = this.#style
    pen.clearRect(box.x, box.y, box.width, box.height)
    this.#ground(pen, box, kind)
    const left = box.x + bar + padding
    const right = box.x + box.width - padding
    this.#stamp(pen, sign, this.#style.sign, false, left, box.y + (head - this.#style.sign) / 2)
    this.#title(pen, box, left + this.#style.sign + padding / 2 + 2, right)
    if (row.cells.length > mostTileCells) this.#counts(pen, box, left, right)
    else this.#cells(pen, box, left)
  }

  #ground(pen: CanvasRenderingContext2D, box: TileBox, kind: RowKind): void {
    const { surface, tint, ink, line } = this.#palette
    const role = barOf[kind]
    const inTrouble = kind === 'trouble'
    pen.fillStyle = inTrouble ? tint.severe : surface
    pen.fillRect(box.x, box.y, box.width, box.height)
    pen.strokeStyle = inTrouble ? ink.severe : line
    pen.lineWidth = 1
    pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
    pen.fillStyle = role ? ink[role] : line
    pen.fillRect(box.x, box.y, this.#style.bar, box.height)
  }

  #title(pen: CanvasRenderingContext2D, { y, line }: TileBox, from: number, to: number): void {
    const { text, quiet, font } = this.#palette
    const { row, done, kind } = line
    pen.font = `${this.#style.font}px ${font}`
    pen.textBaseline = 'middle'
    const middle = y + this.#style.head / 2 + 0.5
    let end = to
    if (!this.#style.dense) {
      const count = `${done}/${row.cells.length}`
      pen.textAlign = 'right'
      pen.fillStyle = kind === 'trouble' ? text : quiet
      pen.fillText(count, to, middle)
      end = to - pen.measureText(count).width - 6
    }
    pen.textAlign = 'left'
    pen.fillStyle = text
    pen.fillText(this.#fit(pen, row.name, end - from), from, middle)
  }

  /** The name, or as much of it as fits with an ellipsis. */
  #fit(pen: CanvasRenderingContext2D, name: string, width: number): string {
    const key = `${name} ${Math.round(width)}`
    const known = this.#fitted.get(key)
    if (known !== undefined) return known
    let shown = name
    while (shown !== '' && pen.measureText(shown === name ? name : `${shown}…`).width > width) {
      shown = shown.slice(0, -1)
    }
    const fitted = shown === name ? name : `${shown.trimEnd()}…`
    this.#fitted.set(key, fitted)
    return fitted
  }

  #cells(pen: CanvasRenderingContext2D, { y, width, line }: TileBox, left: number): void {
    const { pitch, head, dense } = this.#style
    const columns = tileColumns(this.#style, width)
    const size = cellSize(this.#style)
    const { cells } = line.row
    for (let place = 0; place < cells.length; place += 1) {
      const at = { x: left + (place % columns) * pitch, y: y + head + Math.floor(place / columns) * pitch }
      this.#stamp(pen, cellName(cells.charAt(place)), size, dense, at.x, at.y)
    }
  }

  #counts(pen: CanvasRenderingContext2D, { y, line }: TileBox, left: number, right: number): void {
    const { font, head, pitch, sign } = this.#style
    let x = left
    const size = Math.min(sign, pitch * 2)
    for (const name of cellOrder) {
      const count = line.counts[name]
      if (count === 0) continue
      const text = String(count)
      const width = size + 2 + pen.measureText(text).width
      if (x + width > right) return
      this.#stamp(pen, name, size, false, x, y + head + (2 * pitch - size) / 2)
      pen.fillStyle = this.#palette.text
      pen.font = `${font}px ${this.#palette.font}`
      pen.fillText(text, x + size + 2, y + head + pitch + 0.5)
      x += width + 5
    }
  }

  /** On whole device pixels, so that thousands of small signs are copies and stay sharp. */
  #stamp(
    pen: CanvasRenderingContext2D,
    name: SignName,
    size: number,
    plain: boolean,
    x: number,
    y: number,
  ): void {
    const stamp = this.#stampOf(name, Math.max(1, Math.round(size * this.#ratio)), plain)
    const snap = (value: number) => Math.round(value * this.#ratio) / this.#ratio
    pen.drawImage(stamp, snap(x), snap(y), stamp.width / this.#ratio, stamp.height / this.#ratio)
  }

  #stampOf(name: SignName, pixels: number, plain: boolean): HTMLCanvasElement {
    const key = `${name} ${pixels} ${plain}`
    const known = this.#stamps.get(key)
    if (known) return known
    const stamp = document.createElement('canvas')
    stamp.width = pixels
    stamp.height = pixels
    const pen = stamp.getContext('2d')
    if (pen) {
      pen.scale(pixels / 16, pixels / 16)
      this.#sign(pen, name, plain)
    }
    this.#stamps.set(key, stamp)
    return stamp
  }

  /** One sign on its 16 × 16 field. `plain`: too small for the quiet tiles behind a sign. */
  #sign(pen: CanvasRenderingContext2D, name: SignName, plain: boolean): void {
    const { ink, tint, onSolid } = this.#palette
    const role = roleOf[name]
    const [drawn] = drawSign(name).strokes
    if (!drawn) return
    const isSolid = solid.has(name)
    if (isSolid || (!hollow.has(name) && (!plain || loud.has(name)))) {
      pen.fillStyle = isSolid ? ink[role] : tint[role]
      const ground = new Path2D(drawn.tile)
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, not an array
      pen.fill(ground)
    }
    const front = isSolid ? onSolid : ink[role]
    if (drawn.body !== undefined) {
      pen.fillStyle = front
      const body = new Path2D(drawn.body)
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, not an array
      pen.fill(body)
    }
    const dashed = name === 'offlineBeforeStart' || name === 'notEnrolled'
    pen.strokeStyle = front
    pen.lineCap = dashed ? 'butt' : 'round'
    pen.lineJoin = 'round'
    pen.lineWidth = isSolid ? 2.2 : name === 'pending' ? 1.3 : dashed ? 1.5 : 1.8
    pen.stroke(new Path2D(drawn.line))
  }
}
