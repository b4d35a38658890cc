import { useQuery } from '@tanstack/react-query'
import type { Approval } from '../../../../orchestrations/contracts/api.ts'
import { weekTime } from '../../model/times.ts'
import { refusalText, useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { VerbButton } from '../verbButton.tsx'

/** Actions for which somebody asked and a second person must allow. */
export function Approvals() {
  const { t } = useReader()
  const { api } = useOperator()
  const { data, error } = useQuery({
    queryKey: ['now', 'approvals'],
    queryFn: api.approvals,
    refetchInterval: 10_000,
  })
  const waiting = data?.approvals.filter(({ state }) => state.kind === 'waiting') ?? []
  return (
    <section aria-label={t.approvals}>
      <h2>{t.approvals}</h2>
      {error && <p role="alert">{refusalText(error, t)}</p>}
      {data && waiting.length === 0 && <p className="quiet">{t.approvalsNone}</p>}
      <ul className="lines">
        {waiting.map((one) => (
          <Waiting key={one.approvalId} approval={one} />
        ))}
      </ul>
    </section>
  )
}

function Waiting({ approval }: { approval: Approval }) {
  const { t, language, zone } = useReader()
  const { api, me } = useOperator()
  const { ask, run } = useCommands()
  const what = t.twoPersonActions[approval.action]
  const judge = async (verb: 'approve' | 'refuse') => {
    const answers = await ask({
      title: verb === 'approve' ? t.approveTitle(what) : t.refuseTitle(what),
      text: [t.approvalAsked(approval.requestedBy, approval.request)],
      confirm: verb === 'approve' ? t.approve : t.refuse,
      ...(verb === 'refuse' ? { reason: 'required' as const } : {}),
    })
    if (!answers) return
    const named = `${verb === 'approve' ? t.approve : t.refuse}: ${what}`
    const send = () => api.judgeApproval(approval.approvalId, verb, answers.reason)
    await run({ what: named, send, say: () => t.acceptedPlain(named) })
  }
  const own = approval.requestedBy === me.name ? t.approvalOwn : undefined
  return (
    <li>
      <b>{what}</b> · {t.approvalBy(approval.requestedBy)}{' '}
      <span className="quiet">
        {t.approvalUntil(`${weekTime(approval.expiresAt, language, zone)} ${zone}`)}
      </span>
      <br />
      <code className="hash">{approval.request}</code>
      <div className="verbs">
        <VerbButton
          why={own}
          roles={['approver']}
          label={`${t.approve}: ${what}`}
          onClick={() => judge('approve')}
        >
          {t.approve}
        </VerbButton>
        <VerbButton roles={['approver']} label={`${t.refuse}: ${what}`} onClick={() => judge('refuse')}>
          {t.refuse}
        </VerbButton>
      </div>
    </li>
  )
}
