import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { ServerList } from '../../../../orchestrations/contracts/api.ts'
import type { Filters } from '../../model/address.ts'
import { countsOf } from '../../model/rows.ts'
import { type Place, placeAfter, statesOf } from '../../model/serverQuery.ts'
import { useLiveBoard, useOperator } from '../context.tsx'
import { useLive } from '../hooks.ts'

const pageSize = 200
/** Asking reads every client's rows, so it is done when the board says that a count has changed, and not more often. */
const staleMs = 5_000
const lookAgainMs = 60_000

export type ServerLine = ServerList['servers'][number]

/** The servers that the filters mean, worst first, a page at a time; states without a server are not asked for. */
export function useServers({ state, ring, search }: Filters) {
  const { api } = useOperator()
  const live = useLiveBoard()
  const { held } = useLive()
  const counts = useMemo(() => {
    const rows = held?.board.clients.filter((row) => ring === undefined || row.ring === ring) ?? []
    return countsOf(rows.map(({ cells }) => cells).join(''))
  }, [held?.board.clients, ring])
  const present = statesOf(state)
    .filter((name) => counts[name] > 0)
    .join(' ')
  const states = present.split(' ').filter((name) => name !== '') as ReturnType<typeof statesOf>
  const [first] = states
  const list = useInfiniteQuery({
    queryKey: ['now', 'servers', live?.id, present, ring, search],
    enabled: first !== undefined && held !== undefined,
    initialPageParam: { state: first ?? 'pending' },
    queryFn: ({ pageParam }: { pageParam: Place }) =>
      api.servers({
        ...(live ? { campaign: live.id } : {}),
        ...(ring === undefined ? {} : { ring }),
        ...(search === '' ? {} : { q: search }),
        ...pageParam,
        limit: pageSize,
      }),
    getNextPageParam: (last: ServerList, _all, place: Place) => placeAfter(place, last.next, states),
    staleTime: staleMs,
    refetchInterval: lookAgainMs,
  })
  const servers = list.data?.pages.flatMap((page) => page.servers) ?? []
  const { hasNextPage, isFetching, fetchNextPage } = list
  // A state may have nothing that fits the search: go on until there is something to show.
  useEffect(() => {
    if (servers.length === 0 && hasNextPage && !isFetching) void fetchNextPage()
  }, [servers.length, hasNextPage, isFetching])
  const expected = states.reduce((sum, name) => sum + counts[name], 0)
  useEffect(() => {
    const timer = setTimeout(() => void list.refetch(), staleMs)
    return () => clearTimeout(timer)
  }, [expected])
  return { list, servers, expected, isEmpty: first === undefined && held !== undefined }
}
