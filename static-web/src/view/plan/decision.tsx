import { Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import type { CampaignEvidence, PlanAnswer, Preparation } from '../../../../orchestrations/contracts/api.ts'
import { operatorApi } from '../../api/calls.ts'
import { wireWith } from '../../api/http.ts'
import { useCampaignVerbs } from '../campaignVerbs.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { VerbButton } from '../verbButton.tsx'
import { EvidenceView } from './evidence.tsx'
import { PlanTable } from './planTable.tsx'

interface DecisionProps {
  readonly answer: PlanAnswer
  readonly preparation: Preparation | undefined
  readonly evidence: CampaignEvidence | undefined
  readonly onChanged: () => void
}

/** Approve (another person), START, or cancel. */
export function Decision(props: DecisionProps) {
  const { kind } = props.answer.campaign.state
  if (kind === 'approved') return <Start {...props} />
  return kind === 'planned' ? <Approve {...props} /> : null
}

function Start({ answer, preparation, evidence }: DecisionProps) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const [, go] = useAddress()
  const { campaign, plan } = answer
  const verbs = useCampaignVerbs(campaign)
  const start = async () => {
    const clients = plan.rings.flatMap((ring) => ring.clients)
    const servers = clients.reduce((sum, one) => sum + one.servers.length, 0)
    const ready =
      preparation === undefined || preparation.state.kind === 'none'
        ? t.startUnprepared
        : t.startPrepared(preparation.counts)
    const answers = await ask({
      title: t.startTitle,
      text: [
        t.startText(servers, clients.length),
        ready,
        t.startNoGo,
        ...(evidence ? [] : [t.evidenceUnread]),
      ],
      details: (
        <>
          <EvidenceView evidence={evidence} />
          <PlanTable plan={plan} short />
        </>
      ),
      confirm: t.startAll,
      reason: 'none',
    })
    if (!answers) return
    const send = () => api.start(campaign.campaignId, campaign.planHash)
    const accepted = await run({ what: t.startAll, send })
    if (accepted) go({ page: 'board', campaign: campaign.campaignId })
  }
  return (
    <div className="verbs">
      <VerbButton appearance="primary" onClick={start}>
        {t.startAll}
      </VerbButton>
      <VerbButton onClick={verbs.cancel}>{t.cancelCampaign}</VerbButton>
    </div>
  )
}

function Approve({ answer, onChanged }: DecisionProps) {
  const { t } = useReader()
  const { api, me } = useOperator()
  const { run } = useCommands()
  const [token, setToken] = useState('')
  const { campaignId: id, planHash, requestedBy } = answer.campaign
  const verbs = useCampaignVerbs(answer.campaign)
  const isOwn = me.name === requestedBy
  const approve = async () => {
    const approver = isOwn ? operatorApi(wireWith(token.trim())) : api
    await run({
      what: t.approve,
      send: () => approver.approve(id, planHash),
      say: ({ approvedBy }) => t.planApprovedBy(approvedBy ?? ''),
    })
    setToken('')
    onChanged()
  }
  return (
    <div className="approve">
      {isOwn && (
        <Field label={t.approveToken} hint={t.approveOwn}>
          <Input
            type="password"
            autoComplete="off"
            value={token}
            onChange={(_, { value }) => setToken(value)}
          />
        </Field>
      )}
      <div className="verbs">
        <VerbButton
          appearance="primary"
          roles={isOwn ? ['operator', 'approver'] : ['approver']}
          why={isOwn && token.trim() === '' ? t.approveOwn : undefined}
          onClick={approve}
        >
          {t.approve}
        </VerbButton>
        <VerbButton onClick={verbs.cancel}>{t.cancelCampaign}</VerbButton>
      </div>
    </div>
  )
}
