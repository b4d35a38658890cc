import { Select } from '@fluentui/react-components'
import { mostTicks, serverStates } from '../../model/address.ts'
import type { Filters } from '../../model/address.ts'
import { useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { SearchBox } from '../searchBox.tsx'
import { Answered } from '../waiting.tsx'
import { Bulk } from './bulk.tsx'
import { ServerRows } from './serverRows.tsx'
import { useServers } from './useServers.ts'

/** Servers of the campaign, what failed first; several can be ticked, or all that the filters show. */
export function ServersPage() {
  const { t } = useReader()
  const [filters, go] = useAddress()
  const { list, servers, expected, isEmpty } = useServers(filters)
  const { ticked } = filters
  const chosen = servers.filter(({ serverId }) => ticked === 'all' || ticked.includes(serverId))
  const toggle = (id: string) => {
    const now = chosen.map(({ serverId }) => serverId as string)
    const next = now.includes(id) ? now.filter((one) => one !== id) : [...now, id]
    go({ ticked: next.slice(0, mostTicks) })
  }
  const set = (change: Partial<Filters>) => go({ ...change, ticked: [] })
  return (
    <div className="desk desk-wide">
      <h1>{t.pages.servers}</h1>
      <div className="toolbar">
        <SearchBox label={t.searchServers} />
        <Select
          size="small"
          aria-label={t.state}
          value={filters.state}
          onChange={(_, { value }) => set({ state: value as Filters['state'] })}
        >
          {serverStates.map((one) => (
            <option key={one} value={one}>
              {one === 'trouble' ? t.showKinds.trouble : one === 'all' ? t.allServers : t.states[one]}
            </option>
          ))}
        </Select>
        <Select
          size="small"
          aria-label={t.ring}
          value={filters.ring ?? ''}
          onChange={(_, { value }) => go({ ring: value === '' ? undefined : Number(value), ticked: [] })}
        >
          <option value="">{t.allRings}</option>
          {t.ringNames.map((name, ring) => (
            <option key={name} value={ring}>
              {ring} {name}
            </option>
          ))}
        </Select>
        <span className="shown">{t.serversShown(servers.length, Math.max(expected, servers.length))}</span>
      </div>
      <Bulk list={list} servers={servers} chosen={chosen} />
      {!isEmpty && <Answered query={list} />}
      {(isEmpty || (list.data && servers.length === 0 && !list.hasNextPage)) && (
        <p className="nothing">{filters.state === 'trouble' ? t.noTroubleServers : t.noServerFits}</p>
      )}
      <ServerRows
        servers={servers}
        isTicked={(id) => ticked === 'all' || ticked.includes(id)}
        onToggle={toggle}
        hasMore={list.hasNextPage}
        onEnd={() => {
          if (list.hasNextPage && !list.isFetching) void list.fetchNextPage()
        }}
      />
    </div>
  )
}
