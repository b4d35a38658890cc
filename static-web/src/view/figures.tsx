import { memo, type ReactNode, useMemo } from 'react'
import { type Pace, remaining } from '../../../orchestrations/contracts/remaining.ts'
import { serversLeft, totals } from '../../../orchestrations/contracts/totals.ts'
import type { Held } from '../model/merge.ts'
import { hours, percent } from '../model/times.ts'
import { useReader } from './context.tsx'
import { usePlanNow } from './hooks.ts'
import { useOutlook } from './outlook.ts'

/** The six figures of T6. */
export const Figures = memo(function Figures({ held, pace }: { held: Held; pace: Pace | undefined }) {
  const { t, language } = useReader()
  const sum = useMemo(() => totals(held.board.clients), [held.board.clients])
  const n = (count: number) => count.toLocaleString(language)
  return (
    <dl className="figures">
      <Figure name={t.done} of={n(sum.servers)}>
        {n(sum.done)}
      </Figure>
      <Figure name={t.inProgress}>{n(sum.inProgress + sum.unknown)}</Figure>
      <Figure name={t.elapsed}>
        <Elapsed held={held} />
      </Figure>
      <Figure name={t.remaining} hint={t.rangeHint}>
        <Remaining held={held} known={pace !== undefined} />
      </Figure>
      <Figure name={t.activeClients} of={n(sum.clients)}>
        {n(sum.activeClients)}
      </Figure>
      <Figure name={t.successRate}>
        {sum.successRate === null ? <Unknown /> : percent(sum.successRate, language)}
      </Figure>
    </dl>
  )
})

function Figure({
  name,
  of,
  hint,
  children,
}: {
  name: string
  of?: string
  hint?: string
  children: ReactNode
}) {
  return (
    <div {...(hint === undefined ? {} : { title: hint })}>
      <dt>{name}</dt>
      <dd>
        {children}
        {of !== undefined && <span className="of">/{of}</span>}
      </dd>
    </div>
  )
}

function Elapsed({ held }: { held: Held }) {
  const { t } = useReader()
  const now = usePlanNow(held)
  const { startedAt, endedAt } = held.board.campaign
  if (startedAt === undefined) return <span className="unknown-figure">{t.notStarted}</span>
  return hours((endedAt ?? now) - startedAt)
}

function Remaining({ held, known }: { held: Held; known: boolean }) {
  const { t } = useReader()
  const now = usePlanNow(held, 2000)
  const { campaign, clients, rings } = held.board
  const outlook = useOutlook(campaign.campaignId)
  if (clients.every((row) => serversLeft(row).left === 0)) return t.nothingLeft
  const range = known ? remaining(clients, rings, now, outlook?.(now)) : undefined
  return range ? `${hours(range.p20Ms)}–${hours(range.p80Ms)}` : <Unknown />
}

function Unknown() {
  const { t } = useReader()
  return <span className="unknown-figure">{t.notKnownYet}</span>
}
