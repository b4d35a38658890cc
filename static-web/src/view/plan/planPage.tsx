import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useOperator, useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { Answered } from '../waiting.tsx'
import { PlanView } from './planView.tsx'

interface PlanPageProps {
  readonly campaignId: string
  readonly onChanged: () => void
}

/** A campaign's plan, from its approval to START. */
export function PlanPage({ campaignId, onChanged }: PlanPageProps) {
  const { t } = useReader()
  const { api } = useOperator()
  const [, go] = useAddress()
  const plan = useQuery({
    queryKey: ['now', 'plan', campaignId],
    queryFn: () => api.plan(campaignId),
    refetchInterval: 10_000,
  })
  const changed = () => {
    void plan.refetch()
    onChanged()
  }
  return (
    <div className="plan">
      <Answered query={plan} />
      {plan.data && <PlanView answer={plan.data} onChanged={changed} />}
      <Button size="small" className="new-plan" onClick={() => go({ page: 'newPlan' })}>
        {t.newPlan}
      </Button>
    </div>
  )
}
