import { useState } from 'react'
import type { ServerRow, StepRow } from '../../../../orchestrations/contracts/board.ts'
import { type Attempt, attemptsOf, barOf } from '../../model/attempts.ts'
import type { Held } from '../../model/merge.ts'
import { clockTime, duration } from '../../model/times.ts'
import { useReader } from '../context.tsx'
import { useCopy } from '../copy.ts'
import { usePlanNow } from '../hooks.ts'
import { Lasting } from './serverState.tsx'

interface AttemptsProps {
  readonly server: ServerRow
  readonly zone: string
  readonly held: Held
  readonly hostOf: (serverId: string) => string
}

/** The server's steps as bars over time; earlier attempts stay readable. */
export function Attempts({ server, zone, held, hostOf }: AttemptsProps) {
  const { t } = useReader()
  const all = attemptsOf(server)
  const [chosen, choose] = useState<number>()
  const shown = all.find(({ number }) => number === chosen) ?? all.at(-1)
  if (!shown) return <p className="quiet">{t.noSteps}</p>
  return (
    <>
      {all.length > 1 && (
        <div className="segments" role="group" aria-label={t.attemptsOf(server.host)}>
          {all.map(({ number }) => (
            <button
              key={number}
              type="button"
              aria-pressed={number === shown.number}
              onClick={() => choose(number)}
            >
              {number === 0 ? t.preparation : t.attempt(number)}
            </button>
          ))}
        </div>
      )}
      <ol className="steps" aria-label={t.steps}>
        {shown.steps.map((step) => (
          <Step
            key={step.commandId}
            step={step}
            attempt={shown}
            server={server}
            zone={zone}
            held={held}
            hostOf={hostOf}
          />
        ))}
      </ol>
    </>
  )
}

interface StepProps extends AttemptsProps {
  readonly step: StepRow
  readonly attempt: Attempt
}

function Step({ step, attempt, server, zone, held, hostOf }: StepProps) {
  const { t, language } = useReader()
  const copy = useCopy()
  const open = step.endedAt === undefined
  const ok = step.outcome === undefined || step.outcome === 'succeeded' || step.outcome === 'done'
  return (
    <li>
      <time>{clockTime(step.issuedAt, language, zone)}</time>
      <span>
        <b>{t.stepNames[step.step]}</b>
        {step.attempt > 1 && ` · ${t.attempt(step.attempt)}`}
        {step.on !== server.serverId && ` · ${t.onMachine(hostOf(step.on))}`}
        {!ok && <span className="text-failed"> · {t.commandVerbs[step.outcome ?? ''] ?? step.outcome}</span>}
        {step.message !== undefined && <span className="step-message">{step.message}</span>}
        <Bar step={step} attempt={attempt} held={held} kind={open ? 'open' : ok ? 'done' : 'failed'} />
      </span>
      <span className="step-time">
        {step.endedAt !== undefined && duration(step.endedAt - step.issuedAt)}
        {open && (server.state.kind === 'ended' ? t.noAnswer : <Lasting since={step.issuedAt} held={held} />)}
      </span>
      <button
        type="button"
        className="copy"
        title={step.commandId}
        aria-label={t.copyId}
        onClick={() => copy(step.commandId)}
      >
        #
      </button>
    </li>
  )
}

interface BarProps {
  readonly step: StepRow
  readonly attempt: Attempt
  readonly held: Held
  readonly kind: 'open' | 'done' | 'failed'
}

function Bar({ step, attempt, held, kind }: BarProps) {
  const now = usePlanNow(held, 2000)
  const { left, width } = barOf(step, attempt, now)
  return (
    <span className="bar-track" aria-hidden="true">
      <span className={`bar bar-${kind}`} style={{ left: `${left}%`, width: `${width}%` }} />
    </span>
  )
}
