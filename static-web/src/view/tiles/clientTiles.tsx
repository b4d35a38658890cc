import {
  type KeyboardEvent,
  memo,
  type MouseEvent,
  useDeferredValue,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Line } from '../../model/rows.ts'
import { layoutTiles, neighbour, serverAt, tileAt, type TileLayout } from '../../model/tileLayout.ts'
import { NothingFound } from '../clientList.tsx'
import { useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { usePalette } from './palette.ts'
import { TileBand } from './tileBand.tsx'
import { type Pointed, TileMarks } from './tileMarks.tsx'
import { TilePainter } from './tilePainter.ts'
import { TileTable } from './tileTable.tsx'

interface TilesProps {
  readonly lines: readonly Line[]
  readonly selected: string | undefined
}

/** Every client at once, by ring, each with its servers as signs: a picture, with a table of the same beside it. */
export const ClientTiles = memo(function ClientTiles(props: TilesProps) {
  return props.lines.length === 0 ? <NothingFound /> : <Ground {...props} />
})

const empty: TileLayout = layoutTiles([], 0)

function Ground({ lines, selected }: TilesProps) {
  const { t } = useReader()
  const [, go] = useAddress()
  const ground = useRef<HTMLDivElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const width = useWidth(ground)
  const palette = usePalette()
  const ratio = useRatio()
  const layout = useMemo(() => layoutTiles(lines, width), [lines, width])
  const painter = useMemo(() => new TilePainter(palette, layout.style, ratio), [palette, layout.style, ratio])
  // The picture first: the table follows when the browser has time.
  const read = useDeferredValue(layout, empty)
  const [active, setActive] = useState<string>()
  const [hasFocus, setHasFocus] = useState(false)
  const [pointed, setPointed] = useState<Pointed>()
  const place = Math.max(
    0,
    layout.tiles.findIndex(({ line }) => line.row.clientId === (active ?? selected)),
  )
  useLayoutEffect(() => {
    if (hasFocus) table.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true })
  }, [place, hasFocus])

  const open = (at: number | undefined, server?: number) => {
    const client = at === undefined ? undefined : layout.tiles[at]?.line.row.clientId
    if (client !== undefined) go({ client, server: server?.toString() })
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') open(place)
    const next = neighbour(layout, place, event.key)
    if (next === undefined && event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    setPointed(undefined)
    if (next !== undefined) setActive(layout.tiles[next]?.line.row.clientId)
  }
  const point = (event: MouseEvent) => {
    const next = pointedBy(layout, ground.current, event)
    if (next?.place !== pointed?.place || next?.server !== pointed?.server) setPointed(next)
  }
  const choose = (event: MouseEvent) => {
    const at = pointedBy(layout, ground.current, event)
    // A small sign is hard to hit: only where signs are large does one open its server.
    open(at?.place, layout.style.dense ? undefined : at?.server)
  }
  return (
    <div
      ref={ground}
      className={layout.style.dense ? 'tiles tiles-dense' : 'tiles'}
      style={{ height: layout.height }}
      onKeyDown={press}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
      onMouseMove={point}
      onMouseLeave={() => setPointed(undefined)}
      onClick={choose}
    >
      {layout.bands.map((band) => (
        <TileBand key={band.top} band={band} width={layout.width} painter={painter} />
      ))}
      {layout.headings.map(({ ring, clients, x, y, width: wide, height }) => (
        <h2 key={ring} style={{ left: x, top: y, width: layout.style.dense ? wide : layout.width, height }}>
          {t.ring} {ring} · {t.ringNames[ring]} <span>{t.ringActive(clients)}</span>
        </h2>
      ))}
      <TileMarks
        layout={layout}
        focused={hasFocus ? place : undefined}
        pointed={pointed}
        selected={selected}
      />
      <TileTable layout={read} active={place} selected={selected} table={table} />
    </div>
  )
}

function pointedBy(layout: TileLayout, ground: HTMLElement | null, event: MouseEvent): Pointed | undefined {
  if (!ground) return undefined
  const corner = ground.getBoundingClientRect()
  const [x, y] = [event.clientX - corner.left, event.clientY - corner.top]
  const place = tileAt(layout, x, y)
  const box = place === undefined ? undefined : layout.tiles[place]
  return place === undefined || !box ? undefined : { place, server: serverAt(layout.style, box, x, y) }
}

/** The ground's width in CSS px, also after the window or the panel at the side changed it. */
function useWidth(ground: { readonly current: HTMLElement | null }): number {
  const [width, set] = useState(0)
  useLayoutEffect(() => {
    const { current } = ground
    if (!current) return undefined
    const measure = () => set(current.clientWidth)
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(current)
    return () => watch.disconnect()
  }, [ground])
  return width
}

/** Device pixels for one CSS px; another screen or zoom changes it. */
function useRatio(): number {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('resize', changed)
      return () => removeEventListener('resize', changed)
    },
    () => devicePixelRatio,
  )
}
