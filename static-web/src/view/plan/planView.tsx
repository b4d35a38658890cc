import { useQuery } from '@tanstack/react-query'
import type { PlanAnswer } from '../../../../orchestrations/contracts/api.ts'
import { reasonText } from '../../texts/reasons.ts'
import { useOperator, useReader } from '../context.tsx'
import { Decision } from './decision.tsx'
import { EvidenceView, useEvidence } from './evidence.tsx'
import { PlanTable } from './planTable.tsx'
import { PreparationView } from './preparation.tsx'

interface PlanViewProps {
  readonly answer: PlanAnswer
  readonly onChanged: () => void
}

const lookAtMs = { running: 2_000, else: 15_000 }

/** The plan as it would be executed: when each client starts and ends, who doesn't fit, and its hash. */
export function PlanView({ answer, onChanged }: PlanViewProps) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { campaign, plan } = answer
  const preparation = useQuery({
    queryKey: ['now', 'preparation', campaign.campaignId],
    queryFn: () => api.preparation(campaign.campaignId),
    refetchInterval: ({ state }) => (state.data?.state.kind === 'running' ? lookAtMs.running : lookAtMs.else),
  })
  const started = campaign.startedAt !== undefined
  const evidence = useEvidence(campaign.campaignId, !started)
  return (
    <>
      <h1>{campaign.name}</h1>
      <p>
        {t.campaignStates[campaign.state.kind]} · {t.planRequestedBy(campaign.requestedBy)}
        {campaign.approvedBy !== undefined && ` · ${t.planApprovedBy(campaign.approvedBy)}`}
      </p>
      <p>
        {t.planHash} <code className="hash">{campaign.planHash}</code>
      </p>
      <Decision
        answer={answer}
        preparation={preparation.data}
        evidence={evidence.data}
        onChanged={onChanged}
      />
      {!started && <EvidenceView evidence={evidence.data} />}
      <PreparationView query={preparation} campaignId={campaign.campaignId} started={started} />
      <h2>{t.planClients}</h2>
      <PlanTable plan={plan} />
      <section>
        <h2>{t.planRefused}</h2>
        {plan.refused.length === 0 && <p>{t.planNobodyRefused}</p>}
        <ul>
          {plan.refused.map(({ serverId, reason }) => (
            <li key={serverId}>
              <b>{nameOf(serverId)}</b> {reasonText(reason, language, zone, plan.start)}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

/** `client.host`, as a person says it. */
const nameOf = (serverId: string): string =>
  serverId
    .slice(serverId.indexOf('.') + 1)
    .toUpperCase()
    .concat(` (${serverId.slice(0, serverId.indexOf('.'))})`)
