import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo } from 'react'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { operatorApi } from '../api/calls.ts'
import { callsWith, Refusal } from '../api/http.ts'
import { BoardPage } from './boardPage.tsx'
import { type Operator, OperatorContext } from './context.tsx'
import { useAddress } from './hooks.ts'
import { Waiting } from './waiting.tsx'

const PlanPage = lazy(async () => ({ default: (await import('./planPage.tsx')).PlanPage }))
const askAgainMs = 3_000
/** How soon an address without a campaign follows to a newer one. */
const lookAgainMs = 15_000

interface SessionProps {
  readonly token: string
  readonly onLeave: (because: 'left' | 'refused') => void
}

/** Who this is and which campaign is looked at; everything below may count on both. */
export function Session({ token, onLeave }: SessionProps) {
  const [filters] = useAddress()
  const api = useMemo(() => operatorApi(callsWith(token)), [token])
  const again = ({ state }: { state: { status: string } }) => (state.status === 'error' ? askAgainMs : false)
  const me = useQuery({ queryKey: ['me', token], queryFn: api.me, refetchInterval: again })
  const campaigns = useQuery({
    queryKey: ['campaigns', token],
    queryFn: api.campaigns,
    enabled: me.isSuccess,
    refetchInterval: ({ state }) =>
      state.status === 'error' || state.data?.campaigns.length === 0 ? askAgainMs : lookAgainMs,
  })
  const refused = [me.error, campaigns.error].some((e) => e instanceof Refusal && e.kind === 'tokenRefused')
  useEffect(() => {
    if (refused) onLeave('refused')
  }, [refused])

  const operator = useMemo<Operator | undefined>(
    () => me.data && { api, me: me.data, signOut: () => onLeave('left') },
    [api, me.data],
  )
  if (!operator || !campaigns.data)
    return <Waiting error={me.error ?? campaigns.error} onRetry={me.refetch} />
  const shown = filters.campaign ?? latest(campaigns.data.campaigns)?.campaignId
  return (
    <OperatorContext value={operator}>
      {shown === undefined || filters.page === 'plan' ? (
        <Suspense fallback={<Waiting error={null} />}>
          <PlanPage
            campaignId={filters.campaign}
            onPlanned={() => void campaigns.refetch()}
            {...(shown === undefined ? {} : { back: shown })}
          />
        </Suspense>
      ) : (
        <BoardPage key={shown} campaignId={shown} campaigns={campaigns.data.campaigns} />
      )}
    </OperatorContext>
  )
}

/** The campaign to open when the address names none: one that isn't over, else the newest. */
function latest(campaigns: readonly CampaignHead[]): CampaignHead | undefined {
  const over = (head: CampaignHead) => head.state.kind === 'ended' || head.state.kind === 'cancelled'
  const newest = campaigns.toSorted((a, b) => b.createdAt - a.createdAt)
  return newest.find((head) => !over(head)) ?? newest[0]
}
