import type { ClientShow } from '../../../../orchestrations/contracts/api.ts'
import type { ClientRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { weekTime } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import type { Language, Texts } from '../../texts/index.ts'
import { stateText } from '../clientNow.tsx'
import { useReader } from '../context.tsx'
import { ringStateText } from '../ringText.ts'

interface HoldsProps {
  readonly row: ClientRow
  readonly held: Held
  readonly zone: string
  readonly show: ClientShow | undefined
}

/** Everything that keeps this client from going on, each with who, why and until when. */
export function Holds(props: HoldsProps) {
  const { t, language } = useReader()
  const all = holdsOf(props, t, language)
  if (all.length === 0) return null
  return (
    <section aria-label={t.holds}>
      <h3>{t.holds}</h3>
      <ul className="holds">
        {all.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  )
}

function holdsOf({ row, held, zone, show }: HoldsProps, t: Texts, language: Language): readonly string[] {
  const { board } = held
  const { campaign, stop } = board
  const when = (at: number) => `${weekTime(at, language, zone)} ${zone}`
  const ring = board.rings.find((one) => one.ring === row.ring)
  const all: string[] = []
  if (row.trouble) {
    const why = reasonText(row.trouble.reason, language, zone, board.clocks.plan)
    all.push(t.because(row.trouble.host, why))
  }
  if (stop.kind === 'raised') all.push(t.holdStop(stop.actor, stop.reason))
  if (campaign.state.kind === 'paused' || campaign.state.kind === 'cancelled') {
    all.push(
      t.holdCampaign(t.campaignStates[campaign.state.kind], campaign.state.actor, campaign.state.reason),
    )
  }
  if (['held', 'paused', 'stopped'].includes(row.state.kind))
    all.push(stateText(row, held, t, language, zone))
  const control = show?.control
  if (control?.kind === 'stopped' && row.state.kind !== 'stopped') {
    all.push(t.stoppedBy(control.actor, control.reason))
  }
  if (control?.kind === 'paused' && row.state.kind !== 'paused') {
    const until = control.until === undefined ? '' : ` ${t.pausedUntil(when(control.until))}`
    all.push(t.pausedBy(control.actor, control.reason) + until)
  }
  if (show?.excluded) {
    const { actor, reason, until } = show.excluded
    all.push(t.excludedBy(actor, reason, until === undefined ? undefined : when(until)))
  }
  const owner = show?.lock.owner
  if (owner !== undefined && owner !== campaign.campaignId) all.push(t.lockedBy(owner))
  const waits = ring && !['running', 'passed'].includes(ring.state.kind)
  if (waits && row.state.kind !== 'ended' && row.state.kind !== 'held') {
    all.push(t.named(`${t.ring} ${ring.ring}`, ringStateText(ring, board, t, language, zone)))
  }
  return [...new Set(all)]
}
