import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { CommandRoom, refusalText } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { useAddress } from './hooks.ts'
import { PlanForm } from './planForm.tsx'
import { PlanView } from './planView.tsx'
import { LanguageSwitch, SettingsMenu } from './settings.tsx'

interface PlanPageProps {
  /** The campaign whose plan is shown; none = the form. */
  readonly campaignId: string | undefined
  readonly onPlanned: () => void
  /** The board to go back to. */
  readonly back?: string
}

export function PlanPage({ campaignId, onPlanned, back }: PlanPageProps) {
  const { t } = useReader()
  const { me, signOut } = useOperator()
  const [, go] = useAddress()
  return (
    <CommandRoom onAccepted={onPlanned}>
      <div className="page">
        <header className="top-bar">
          <span className="brand">ATLAS</span>
          <span className="spacer" />
          {back !== undefined && (
            <Button size="small" onClick={() => go({ page: 'board', campaign: campaignId ?? back })}>
              {t.showBoard}
            </Button>
          )}
          <LanguageSwitch />
          <SettingsMenu name={me.name} onSignOut={signOut} />
          <span className="operator">{me.name}</span>
        </header>
        <main className="plan">
          {campaignId === undefined ? <NewPlan onPlanned={onPlanned} /> : <Planned id={campaignId} />}
        </main>
      </div>
    </CommandRoom>
  )
}

function NewPlan({ onPlanned }: { onPlanned: () => void }) {
  const { t } = useReader()
  const { api } = useOperator()
  const [, go] = useAddress()
  const inventory = useQuery({ queryKey: ['inventory'], queryFn: api.inventory, refetchInterval: 5000 })
  const planned = useCallback(
    (id: string) => {
      onPlanned()
      go({ page: 'plan', campaign: id })
    },
    [go, onPlanned],
  )
  return (
    <>
      <h1>{t.planTitle}</h1>
      {inventory.error && <p role="alert">{refusalText(inventory.error, t)}</p>}
      {inventory.data && <PlanForm inventory={inventory.data} onPlanned={planned} />}
    </>
  )
}

function Planned({ id }: { id: string }) {
  const { t } = useReader()
  const { api } = useOperator()
  const plan = useQuery({ queryKey: ['plan', id], queryFn: () => api.plan(id), refetchInterval: 5000 })
  if (plan.data) return <PlanView answer={plan.data} onChanged={() => void plan.refetch()} />
  return plan.error ? <p role="alert">{refusalText(plan.error, t)}</p> : <p>{t.loading}</p>
}
