import { useQuery } from '@tanstack/react-query'
import type { Outlook } from '../../../orchestrations/contracts/remaining.ts'
import type { Plan } from '../../../orchestrations/domain/planned.ts'
import { useOperator } from './context.tsx'

type Occurrences = Plan['rings'][number]['clients'][number]['windows']
type OutlookAt = (now: number) => Outlook

/** What the campaign's plan says of soaks and windows; it never changes once it is approved. */
export function useOutlook(campaignId: string): OutlookAt | undefined {
  const { api } = useOperator()
  const { data } = useQuery({
    queryKey: ['outlook', campaignId],
    queryFn: async () => outlookOf((await api.plan(campaignId)).plan),
    staleTime: Infinity,
    retry: true,
    retryDelay: 3_000,
  })
  return data
}

function outlookOf(plan: Plan): OutlookAt {
  const clients = plan.rings.flatMap((ring) => ring.clients)
  const windows = new Map<string, Occurrences>(clients.map((client) => [client.clientId, client.windows]))
  const soakMinutes = plan.settings.soakMinutes
  return (now) => ({
    soakMinutes,
    closes: (clientId) => windows.get(clientId)?.find(({ end }) => now < end)?.end,
  })
}
