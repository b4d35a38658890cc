import { Button } from '@fluentui/react-components'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Pace } from '../../../orchestrations/contracts/remaining.ts'
import type { Held } from '../model/merge.ts'
import { pitch } from '../model/cells.ts'
import type { Line } from '../model/rows.ts'
import { ClientLine, mostCells } from './clientLine.tsx'
import { useReader } from './context.tsx'
import { useAddress } from './hooks.ts'
import { useMedia } from './preferences.ts'

interface ClientListProps {
  readonly lines: readonly Line[]
  readonly held: Held
  readonly pace: Pace | undefined
  readonly selected: string | undefined
}

/** Below this the whole list is cheap enough to stand in the document, where the browser can find in it. */
const allDrawnUpTo = 60
const guessedHeight = { wide: 41, narrow: 92 }
export const narrow = '(max-width: 760px)'

export const ClientList = memo(function ClientList({ lines, held, pace, selected }: ClientListProps) {
  const { t } = useReader()
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const printing = usePrinting()
  const small = useMedia(narrow)
  const virtual = lines.length > allDrawnUpTo && !printing
  useLayoutEffect(() => {
    const place = (list.current?.getBoundingClientRect().top ?? 0) + scrollY
    if (Math.abs(place - top) > 1) setTop(place)
  })
  const rows = useWindowVirtualizer({
    count: virtual ? lines.length : 0,
    estimateSize: () => (small ? guessedHeight.narrow : guessedHeight.wide),
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => lines[index]?.row.clientId ?? index,
  })
  const columns = columnsFor(lines, small)
  if (lines.length === 0) return <NothingFound />
  const line = (index: number) => {
    const one = lines[index]
    if (!one) return null
    const isOpen = one.row.clientId === selected
    return <ClientLine line={one} held={held} pace={pace} columns={columns} isOpen={isOpen} />
  }
  return (
    <div
      role="table"
      aria-label={t.client}
      aria-rowcount={lines.length + 1}
      className="list"
      style={{ '--cells-width': `${cellsWidth(columns, lines)}px` }}
    >
      <div role="row" aria-rowindex={1} className="list-head">
        <span role="columnheader">{t.client}</span>
        <span role="columnheader">{t.ring}</span>
        <span role="columnheader">{t.servers}</span>
        <span role="columnheader">{t.now}</span>
        <span role="columnheader">{t.end}</span>
        <span role="columnheader" className="act">
          <span className="hidden">{t.act}</span>
        </span>
      </div>
      <div
        role="rowgroup"
        ref={list}
        className={virtual ? 'list-body list-virtual' : 'list-body'}
        {...(virtual ? { style: { height: rows.getTotalSize() } } : {})}
      >
        {virtual
          ? rows.getVirtualItems().map((item) => (
              <div
                role="row"
                key={item.key}
                data-index={item.index}
                aria-rowindex={item.index + 2}
                ref={rows.measureElement}
                className="list-row"
                style={{ transform: `translateY(${item.start - top}px)` }}
              >
                {line(item.index)}
              </div>
            ))
          : lines.map((one, index) => (
              <div role="row" key={one.row.clientId} aria-rowindex={index + 2} className="list-row">
                {line(index)}
              </div>
            ))}
      </div>
    </div>
  )
})

export function NothingFound() {
  const { t } = useReader()
  const [, go] = useAddress()
  return (
    <div className="nothing">
      <p>{t.nothingFound}</p>
      <Button onClick={() => go({ show: 'all', ring: undefined, search: '' })}>{t.clearFilters}</Button>
    </div>
  )
}

/** Lines with counts instead of cells need more room than their columns say. */
function cellsWidth(columns: number, lines: readonly Line[]): number {
  const hasCounts = lines.some(({ row }) => row.cells.length > mostCells)
  return Math.max(columns * pitch, hasCounts ? 360 : 64)
}

/** How many cells a line takes before it wraps: the same for every row, so that cells stand in columns. */
function columnsFor(lines: readonly Line[], small: boolean): number {
  const most = lines.reduce((max, { row }) => Math.max(max, row.cells.length), 0)
  return Math.max(1, Math.min(most, small ? 16 : 20))
}

/** Paper has no scroll bar: everything is drawn before the browser prints. */
function usePrinting(): boolean {
  const [printing, set] = useState(false)
  useEffect(() => {
    const before = () => flushSync(() => set(true))
    const after = () => set(false)
    addEventListener('beforeprint', before)
    addEventListener('afterprint', after)
    return () => {
      removeEventListener('beforeprint', before)
      removeEventListener('afterprint', after)
    }
  }, [])
  return printing
}
