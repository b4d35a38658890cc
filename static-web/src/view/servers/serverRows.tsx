import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { cellName, cellOf } from '../../../../orchestrations/contracts/board.ts'
import { reasonText } from '../../texts/reasons.ts'
import { Sign } from '../cells.tsx'
import { useReader } from '../context.tsx'
import { planNowOf, useAddress, useLive } from '../hooks.ts'
import { useMedia } from '../preferences.ts'
import type { ServerLine } from './useServers.ts'

interface ServerRowsProps {
  readonly servers: readonly ServerLine[]
  readonly isTicked: (serverId: string) => boolean
  readonly onToggle: (serverId: string) => void
  readonly hasMore: boolean
  /** The last row has been reached. */
  readonly onEnd: () => void
}

const guessed = { wide: 38, narrow: 74 }

/** Only the rows in sight are drawn, whatever their number. */
export function ServerRows({ servers, isTicked, onToggle, hasMore, onEnd }: ServerRowsProps) {
  const { t } = useReader()
  const body = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  const small = useMedia('(max-width: 760px)')
  useLayoutEffect(() => {
    const place = (body.current?.getBoundingClientRect().top ?? 0) + scrollY
    if (Math.abs(place - top) > 1) setTop(place)
  })
  const rows = useWindowVirtualizer({
    count: servers.length,
    estimateSize: () => (small ? guessed.narrow : guessed.wide),
    overscan: 10,
    scrollMargin: top,
    getItemKey: (index) => servers[index]?.serverId ?? index,
  })
  const items = rows.getVirtualItems()
  const atEnd = hasMore && (items.at(-1)?.index ?? -1) >= servers.length - 1
  useEffect(() => {
    if (atEnd && servers.length > 0) onEnd()
  }, [atEnd, servers.length])
  if (servers.length === 0) return null
  return (
    <ul
      ref={body}
      className="server-rows"
      aria-label={t.pages.servers}
      style={{ height: rows.getTotalSize() }}
    >
      {items.map((item) => {
        const server = servers[item.index]
        if (!server) return null
        return (
          <li
            key={item.key}
            data-index={item.index}
            ref={rows.measureElement}
            aria-setsize={hasMore ? -1 : servers.length}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <Row server={server} ticked={isTicked(server.serverId)} onToggle={onToggle} />
          </li>
        )
      })}
    </ul>
  )
}

interface RowProps {
  readonly server: ServerLine
  readonly ticked: boolean
  readonly onToggle: (serverId: string) => void
}

function Row({ server, ticked, onToggle }: RowProps) {
  const { t, language, zone } = useReader()
  const [, go] = useAddress()
  const { held } = useLive()
  const { state, serverId, host, clientId, clientName } = server
  const name = state ? cellName(cellOf(state)) : 'pending'
  const why = state?.kind === 'ended' || state?.kind === 'unknown' ? state.reason : undefined
  return (
    <>
      <input
        type="checkbox"
        checked={ticked}
        aria-label={t.tick(host, clientName)}
        onChange={() => onToggle(serverId)}
      />
      <Sign name={name} />
      <button
        type="button"
        className="client-name"
        onClick={() => go({ client: clientId, server: serverId })}
      >
        {host}
      </button>
      <span className="server-row-client">{clientName}</span>
      <span className={`server-row-state text-${name}`}>{t.states[name]}</span>
      <span className="server-row-why">
        {why && reasonText(why, language, zone, planNowOf(held))}
        {server.excluded && ` ${t.excludedBy(server.excluded.actor, server.excluded.reason, undefined)}`}
      </span>
    </>
  )
}
