import { Button, Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import type { PlanAnswer } from '../../../orchestrations/contracts/api.ts'
import type { Plan } from '../../../orchestrations/domain/planned.ts'
import { operatorApi } from '../api/calls.ts'
import { callsWith } from '../api/http.ts'
import { dayTime } from '../model/times.ts'
import { reasonText } from '../texts/reasons.ts'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { useAddress } from './hooks.ts'

interface PlanViewProps {
  readonly answer: PlanAnswer
  readonly onChanged: () => void
}

/** The plan as it would be executed: when each client starts and ends, who doesn't fit, and its hash. */
export function PlanView({ answer, onChanged }: PlanViewProps) {
  const { t, language, zone } = useReader()
  const { campaign, plan } = answer
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
      <Decision answer={answer} onChanged={onChanged} />
      <PlanTable plan={plan} />
      <section>
        <h2>{t.planRefused}</h2>
        {plan.refused.length === 0 && <p>{t.planNobodyRefused}</p>}
        <ul>
          {plan.refused.map(({ serverId, reason }) => (
            <li key={serverId}>
              <b>{serverId}</b> {reasonText(reason, language, zone, plan.start)}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function PlanTable({ plan }: { plan: Plan }) {
  const { t, language } = useReader()
  const clients = plan.rings.flatMap(({ ring, clients: members }) => members.map((one) => ({ ring, ...one })))
  return (
    <div className="plan-scroll" tabIndex={0} role="region" aria-label={t.campaign}>
      <table className="plan-table">
        <thead>
          <tr>
            <th scope="col">{t.client}</th>
            <th scope="col">{t.ring}</th>
            <th scope="col">{t.servers}</th>
            <th scope="col">{t.planFirstStart}</th>
            <th scope="col">{t.planExpectedEnd}</th>
            <th scope="col">{t.planWindow}</th>
          </tr>
        </thead>
        <tbody>
          {clients.map((client) => (
            <tr key={client.clientId}>
              <th scope="row">{client.name}</th>
              <td>{client.ring}</td>
              <td>{client.servers.length}</td>
              <td>
                {dayTime(client.firstStart, language, client.zone)}{' '}
                <span className="zone">{client.zone}</span>
              </td>
              <td>
                {t.planRange(
                  dayTime(client.end.p20, language, client.zone),
                  dayTime(client.end.p80, language, client.zone),
                )}
              </td>
              <td>
                {client.doesNotFit.length === 0 ? t.planFits : t.planDoesNotFit(client.doesNotFit.length)}
                {client.why && ` · ${reasonText(client.why, language, client.zone, plan.start)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Approve (another person) and start. */
function Decision({ answer, onChanged }: PlanViewProps) {
  const { t } = useReader()
  const { api, me } = useOperator()
  const { ask, run } = useCommands()
  const [, go] = useAddress()
  const [token, setToken] = useState('')
  const { campaignId: id, planHash, state, requestedBy } = answer.campaign
  if (state.kind === 'approved') {
    const start = async () => {
      const answers = await ask({ title: t.startTitle, text: [], confirm: t.startAll })
      if (!answers) return
      const accepted = await run({ what: t.startAll, send: () => api.start(id, planHash) })
      if (accepted) go({ page: 'board', campaign: id })
    }
    return (
      <Button appearance="primary" onClick={() => void start()}>
        {t.startAll}
      </Button>
    )
  }
  if (state.kind !== 'planned') return null
  const isOwn = me.name === requestedBy
  const approve = async () => {
    const approver = isOwn ? operatorApi(callsWith(token.trim())) : api
    await run({ what: t.approve, send: () => approver.approve(id, planHash) })
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
      <Button appearance="primary" disabled={isOwn && token.trim() === ''} onClick={() => void approve()}>
        {t.approve}
      </Button>
    </div>
  )
}
