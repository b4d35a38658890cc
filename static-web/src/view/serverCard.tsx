import { useEffect, useRef } from 'react'
import { cellName, cellOf, type ServerRow, type StepRow } from '../../../orchestrations/contracts/board.ts'
import type { Held } from '../model/merge.ts'
import { clockTime, duration, weekTime } from '../model/times.ts'
import { reasonText } from '../texts/reasons.ts'
import { Sign } from './cells.tsx'
import { useReader } from './context.tsx'
import { usePlanNow } from './hooks.ts'

interface ServerCardProps {
  readonly server: ServerRow
  readonly zone: string
  readonly held: Held
  readonly isChosen: boolean
  readonly hostOf: (serverId: string) => string
}

/** One server in the panel: state, reason, and each step and attempt behind a disclosure. */
export function ServerCard({ server, zone, held, isChosen, hostOf }: ServerCardProps) {
  const { t } = useReader()
  const card = useRef<HTMLLIElement>(null)
  const name = cellName(cellOf(server.state))
  useEffect(() => {
    if (isChosen) card.current?.scrollIntoView({ block: 'center' })
  }, [isChosen])
  const isBusy = name === 'running' || name === 'unknown'
  return (
    <li
      ref={card}
      className={`server${server.runsOn ? ' server-guest' : ''}`}
      data-chosen={isChosen || undefined}
    >
      <details open={isChosen || isBusy || name === 'needsOperator' || name === 'failed'}>
        <summary>
          <Sign name={name} />
          <b>{server.host}</b>
          <span className="server-role">{t.roleNames[server.role] ?? server.role}</span>
          <span className={`server-state text-${name}`}>
            {t.states[name]}
            {server.attempts > 1 && ` · ${t.attempts(server.attempts)}`}
          </span>
        </summary>
        <StateLine server={server} zone={zone} held={held} />
        <Updates server={server} />
        {server.steps.length === 0 ? (
          <p className="quiet">{t.noSteps}</p>
        ) : (
          <ol className="steps" aria-label={t.steps}>
            {server.steps.map((step) => (
              <Step
                key={step.commandId}
                step={step}
                server={server}
                zone={zone}
                held={held}
                hostOf={hostOf}
              />
            ))}
          </ol>
        )}
      </details>
    </li>
  )
}

function StateLine({ server, zone, held }: { server: ServerRow; zone: string; held: Held }) {
  const { t, language } = useReader()
  const { state } = server
  const why = (reason: Parameters<typeof reasonText>[0]) =>
    reasonText(reason, language, zone, held.board.clocks.plan)
  switch (state.kind) {
    case 'pending':
      return null
    case 'running':
      return (
        <p className="quiet">{`${t.stepNames[state.step]} · ${t.since(weekTime(state.stepAt, language, zone))}`}</p>
      )
    case 'unknown':
      return <p>{`${why(state.reason)} ${t.since(weekTime(state.since, language, zone))}`}</p>
    case 'ended':
      return (
        <div>
          {state.reason && state.reason.code !== 'updated' && <p>{why(state.reason)}</p>}
          {state.failure && (
            <p>
              {state.failure.message}{' '}
              {state.failure.hresult !== undefined && <code>{state.failure.hresult}</code>}
            </p>
          )}
          <p className="quiet">
            {state.startedAt === undefined
              ? weekTime(state.endedAt, language, zone)
              : `${t.fromTo(weekTime(state.startedAt, language, zone), clockTime(state.endedAt, language, zone))} · ${duration(state.endedAt - state.startedAt)}`}
            {state.nextAt !== undefined && ` · ${t.nextWindow(weekTime(state.nextAt, language, zone))}`}
          </p>
        </div>
      )
  }
}

function Updates({ server }: { server: ServerRow }) {
  const { t } = useReader()
  if (server.updates.length === 0) return null
  return (
    <ul className="updates" aria-label={t.updates}>
      {server.updates.map((update) => (
        <li key={update.id}>
          <b>{update.kb}</b> {update.title} · {t.updateResults[update.result]}
          {update.hresult !== undefined && <code> {update.hresult}</code>}
        </li>
      ))}
    </ul>
  )
}

interface StepProps {
  readonly step: StepRow
  readonly server: ServerRow
  readonly zone: string
  readonly held: Held
  readonly hostOf: (serverId: string) => string
}

function Step({ step, server, zone, held, hostOf }: StepProps) {
  const { t, language } = useReader()
  const ok = step.outcome === undefined || step.outcome === 'succeeded' || step.outcome === 'done'
  return (
    <li>
      <time>{clockTime(step.issuedAt, language, zone)}</time>
      <span>
        <b>{t.stepNames[step.step]}</b>
        {step.attempt > 1 && ` · ${t.attempt(step.attempt)}`}
        {step.on !== server.serverId && ` · ${t.onMachine(hostOf(step.on))}`}
        {!ok && <span className="text-failed"> · {step.outcome}</span>}
        {step.message !== undefined && <span className="step-message">{step.message}</span>}
      </span>
      <span className="step-time">
        {step.endedAt !== undefined && duration(step.endedAt - step.issuedAt)}
        {step.endedAt === undefined &&
          (server.state.kind === 'ended' ? t.noAnswer : <Running since={step.issuedAt} held={held} />)}
      </span>
      <button
        type="button"
        className="copy"
        title={step.commandId}
        aria-label={t.copyId}
        onClick={() => void navigator.clipboard.writeText(step.commandId)}
      >
        #
      </button>
    </li>
  )
}

function Running({ since, held }: { since: number; held: Held }) {
  const now = usePlanNow(held)
  return `${duration(Math.max(0, now - since))} …`
}
