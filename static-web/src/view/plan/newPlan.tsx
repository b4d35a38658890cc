import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useOperator, useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { Answered } from '../waiting.tsx'
import { PlanForm } from './planForm.tsx'

/** No campaign yet, or a further one: the form with the inventory's facts, not a blank. */
export function NewPlan({ onPlanned }: { onPlanned: () => void }) {
  const { t } = useReader()
  const { api } = useOperator()
  const [, go] = useAddress()
  const inventory = useQuery({
    queryKey: ['now', 'inventory'],
    queryFn: api.inventory,
    refetchInterval: 5000,
  })
  const planned = useCallback(
    (id: string) => {
      onPlanned()
      go({ page: 'plan', campaign: id })
    },
    [go, onPlanned],
  )
  return (
    <div className="plan">
      <h1>{t.planTitle}</h1>
      <Answered query={inventory} />
      {inventory.data && <PlanForm inventory={inventory.data} onPlanned={planned} />}
    </div>
  )
}
