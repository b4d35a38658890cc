import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { operatorApi } from '../api/calls.ts'
import { Refusal, wireWith } from '../api/http.ts'
import { systemNow } from '../clock.ts'
import { LiveBoard } from '../live/liveBoard.ts'
import { LiveContext, type Operator, OperatorContext } from './context.tsx'
import { useAddress } from './hooks.ts'
import { Shell } from './shell.tsx'
import { Waiting } from './waiting.tsx'

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
  const api = useMemo(() => operatorApi(wireWith(token)), [token])
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
  const all = campaigns.data?.campaigns
  const shown = filters.campaign ?? (all && latest(all)?.campaignId)
  const live = useMemo(
    () => (operator && shown !== undefined ? new LiveBoard(operator.api, shown, systemNow) : undefined),
    [operator, shown],
  )
  useEffect(() => live?.open(), [live])
  if (!operator || !all) return <Waiting error={me.error ?? campaigns.error} onRetry={me.refetch} />
  return (
    <OperatorContext value={operator}>
      <LiveContext value={live}>
        <Shell campaigns={all} onCampaigns={() => void campaigns.refetch()} />
      </LiveContext>
    </OperatorContext>
  )
}

/** The campaign to open when the address names none: one that isn't over, else the newest. */
function latest(campaigns: readonly CampaignHead[]): CampaignHead | undefined {
  const over = (head: CampaignHead) => head.state.kind === 'ended' || head.state.kind === 'cancelled'
  const newest = campaigns.toSorted((a, b) => b.createdAt - a.createdAt)
  return newest.find((head) => !over(head)) ?? newest[0]
}
