import { weekTime } from '../model/times.ts'
import type { Held } from '../model/merge.ts'
import { useLiveBoard, useOperator, useReader } from './context.tsx'
import { LiveDot } from './freshness.tsx'
import { useLive, usePlanNow } from './hooks.ts'
import { LanguageSwitch, SettingsMenu } from './settings.tsx'
import { StopButton } from './stop.tsx'

export function TopBar() {
  const { t, language } = useReader()
  const { me, signOut } = useOperator()
  const live = useLiveBoard()
  const { held } = useLive()
  const speed = held?.board.clocks.speed ?? 1
  return (
    <header className="top-bar">
      <span className="brand">ATLAS</span>
      {speed !== 1 && (
        <span className="rehearsal" title={t.rehearsalHint}>
          {t.rehearsal(speed.toLocaleString(language))}
        </span>
      )}
      {held && <PlanClock held={held} />}
      {live && <LiveDot live={live} />}
      <span className="spacer" />
      <LanguageSwitch />
      <SettingsMenu name={me.name} onSignOut={signOut} />
      <span className="operator">{me.name}</span>
      <StopButton board={held?.board} />
    </header>
  )
}

function PlanClock({ held }: { held: Held }) {
  const { t, language, zone } = useReader()
  const now = usePlanNow(held)
  return (
    <span className="plan-clock" title={t.planClock}>
      <span>{weekTime(now, language, zone)}</span> <span className="zone">{zone}</span>
    </span>
  )
}
