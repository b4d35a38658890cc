import { useQuery } from '@tanstack/react-query'
import type { EnrolmentList } from '../../../../orchestrations/contracts/api.ts'
import { weekTime } from '../../model/times.ts'
import { refusalText, useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { VerbButton } from '../verbButton.tsx'

/** Hosts that asked to be enrolled and aren't in the inventory. */
export function Enrolments() {
  const { t } = useReader()
  const { api } = useOperator()
  const { data, error } = useQuery({
    queryKey: ['now', 'enrolments'],
    queryFn: api.enrolments,
    refetchInterval: 10_000,
  })
  return (
    <section aria-label={t.enrolments}>
      <h2>{t.enrolments}</h2>
      {error && <p role="alert">{refusalText(error, t)}</p>}
      {data?.enrolments.length === 0 && <p className="quiet">{t.enrolmentsNone}</p>}
      <ul className="lines">
        {data?.enrolments.map((one) => (
          <Waiting key={one.enrolmentId} enrolment={one} />
        ))}
      </ul>
    </section>
  )
}

function Waiting({ enrolment }: { enrolment: EnrolmentList['enrolments'][number] }) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { host, clientId, thumbprint, agentVersion, askedAt } = enrolment
  const judge = async (verb: 'approve' | 'refuse') => {
    const answers = await ask({
      title: verb === 'approve' ? t.enrolTitle(host) : t.enrolRefuseTitle(host),
      text:
        verb === 'approve' ? [t.enrolText(host, clientId), t.enrolCompare(thumbprint)] : [t.enrolRefuseText],
      confirm: verb === 'approve' ? t.approve : t.refuse,
      ...(verb === 'refuse' ? { reason: 'required' as const } : {}),
    })
    if (!answers) return
    const what = `${verb === 'approve' ? t.approve : t.refuse}: ${host}`
    const send = () => api.judgeEnrolment(enrolment.enrolmentId, verb, answers.reason)
    await run({ what, send, say: () => t.acceptedPlain(what) })
  }
  return (
    <li>
      <b>{host}</b> · {clientId} · {t.agent} {agentVersion}{' '}
      <span className="quiet">{t.since(`${weekTime(askedAt, language, zone)} ${zone}`)}</span>
      <br />
      <code className="hash">{thumbprint}</code>
      <div className="verbs">
        <VerbButton label={`${t.approve}: ${host}`} onClick={() => judge('approve')}>
          {t.approve}
        </VerbButton>
        <VerbButton label={`${t.refuse}: ${host}`} onClick={() => judge('refuse')}>
          {t.refuse}
        </VerbButton>
      </div>
    </li>
  )
}
