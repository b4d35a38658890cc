import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Band, TileBox } from '../../model/tileLayout.ts'
import type { TilePainter } from './tilePainter.ts'

interface TileBandProps {
  readonly band: Band
  readonly width: number
  readonly painter: TilePainter
}

interface Painted {
  readonly painter: TilePainter
  readonly width: number
  readonly height: number
  readonly tiles: readonly TileBox[]
}

/** A strip of the ground as a picture. Only tiles whose line changed are painted again; far away it has no pixels. */
export const TileBand = memo(function TileBand({ band, width, painter }: TileBandProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const painted = useRef<Painted>(undefined)
  const near = useNear(canvas)
  useLayoutEffect(() => {
    const pen = canvas.current?.getContext('2d')
    if (!near || !pen) {
      painted.current = undefined
      return
    }
    const { ratio } = painter
    const before = painted.current
    const kept = before?.painter === painter && before.width === width && before.height === band.height
    if (!kept) {
      pen.canvas.width = Math.round(width * ratio)
      pen.canvas.height = Math.round(band.height * ratio)
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, -band.top * ratio)
    const stale = kept ? leftOver(before.tiles, band.tiles) : []
    for (const { x, y, width: wide, height } of stale) pen.clearRect(x, y, wide, height)
    band.tiles.forEach((tile, place) => {
      if (!kept || stale.length > 0 || !isSame(before.tiles[place], tile)) painter.paint(pen, tile)
    })
    painted.current = { painter, width, height: band.height, tiles: band.tiles }
  }, [band, width, painter, near])
  return (
    <canvas
      ref={canvas}
      className="tile-band"
      aria-hidden="true"
      {...(near ? {} : { width: 0, height: 0 })}
      style={{ top: band.top, width, height: Math.max(0, band.height) }}
    />
  )
})

const isSame = (before: TileBox | undefined, now: TileBox): boolean =>
  before?.line === now.line && before.x === now.x && before.y === now.y && before.height === now.height

/** What stands where nothing, or something of another height, stands now. */
function leftOver(before: readonly TileBox[], now: readonly TileBox[]): readonly TileBox[] {
  const moved = before.some((tile, place) => {
    const next = now[place]
    return next !== undefined && (next.x !== tile.x || next.y !== tile.y || next.height !== tile.height)
  })
  return moved || before.length > now.length ? before : []
}

/** Whether the reader sees it or soon will: thousands of clients on a telephone are many screens high. */
function useNear(canvas: { readonly current: HTMLCanvasElement | null }): boolean {
  const [near, set] = useState(false)
  useLayoutEffect(() => {
    const top = canvas.current?.getBoundingClientRect().top ?? 0
    set(top < innerHeight)
  }, [canvas])
  useEffect(() => {
    const { current } = canvas
    if (!current) return undefined
    const watch = new IntersectionObserver((seen) => set(seen.some((one) => one.isIntersecting)), {
      rootMargin: '600px',
    })
    watch.observe(current)
    return () => watch.disconnect()
  }, [canvas])
  return near
}
