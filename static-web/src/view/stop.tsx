import { useEffect, useMemo, useRef } from 'react'
import type { Board, StopState } from '../../../orchestrations/contracts/board.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import { weekTime } from '../model/times.ts'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { planAtOf, useLive } from './hooks.ts'
import { useForbidden } from './rights.ts'
import { VerbButton } from './verbButton.tsx'

/** Two actions from anywhere: the button or F9, then Enter. Never disabled for who may, whatever the page believes. */
export function StopButton({ board }: { board: Board | undefined }) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const forbidden = useForbidden('operator', 'approver')
  const asking = useRef(false)
  const sum = useMemo(() => totals(board?.clients ?? []), [board?.clients])
  const stop = async () => {
    if (asking.current || forbidden !== undefined) return
    asking.current = true
    const inHand = sum.inProgress + sum.unknown
    const answers = await ask({
      title: t.stopTitle,
      text: [t.stopUnderWay(inHand, Math.min(inHand, sum.activeClients)), ...t.stopEffects],
      confirm: t.stopConfirm,
      danger: true,
    })
    asking.current = false
    if (answers) await run({ what: t.stop, send: () => api.stop(answers.reason) })
  }
  const latest = useRef(stop)
  latest.current = stop
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'F9' || event.repeat) return
      event.preventDefault()
      void latest.current()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <button
      type="button"
      className="stop-button"
      aria-keyshortcuts="F9"
      aria-haspopup="dialog"
      {...(forbidden === undefined
        ? {}
        : { 'aria-disabled': true, title: forbidden, 'aria-description': forbidden })}
      onClick={() => void stop()}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2 2h8v8h-8z" />
      </svg>
      <span className="stop-long">{t.stop}</span>
      <span className="stop-short" aria-hidden="true">
        {t.stopShort}
      </span>
    </button>
  )
}

/** While the stop is raised: what is still on its way, and the way back. */
export function StopBanner({ stop }: { stop: StopState }) {
  const { held } = useLive()
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  if (stop.kind === 'clear') return null
  const release = async () => {
    const answers = await ask({ title: t.releaseTitle, text: [t.releaseText], confirm: t.releaseConfirm })
    if (answers) await run({ what: t.release, send: () => api.release(answers.reason) })
  }
  return (
    <section className="stop-banner" aria-label={t.stop}>
      <div>
        <strong>
          {t.stopRaised(`${weekTime(planAtOf(held, stop.at), language, zone)} ${zone}`, stop.actor)}
        </strong>
        {stop.reason !== '' && <span> « {stop.reason} »</span>}
        <p aria-live="polite">
          <span className="open-count" data-open={stop.open}>
            {t.stopOpen(stop.open)}
          </span>{' '}
          {t.stopToGo(stop.clientsToGo)}
        </p>
      </div>
      <VerbButton onClick={release}>{t.release}</VerbButton>
    </section>
  )
}
