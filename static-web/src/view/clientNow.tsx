import { cellLetters, type ClientRow } from '../../../orchestrations/contracts/board.ts'
import type { Pace } from '../../../orchestrations/contracts/remaining.ts'
import type { Held } from '../model/merge.ts'
import { expectedEnd, type Line } from '../model/rows.ts'
import { clockTime, duration, weekTime } from '../model/times.ts'
import { reasonText } from '../texts/reasons.ts'
import type { Language, Texts } from '../texts/index.ts'
import { cellsText } from './cells.tsx'
import { useReader } from './context.tsx'
import { usePlanNow } from './hooks.ts'
import { useOutlook } from './outlook.ts'

/** What happens at a client now: trouble first, then the servers in hand, else what it waits for. */
export function Now({ line, held }: { line: Line; held: Held }) {
  const { t, language, zone } = useReader()
  const { row } = line
  const rest = row.now.length === 0 ? stateText(row, held, t, language, zone) : ''
  return (
    <>
      {row.trouble && (
        <span className="now-trouble">
          <b>{row.trouble.host}</b>
          {t.because('', reasonText(row.trouble.reason, language, zone, held.board.clocks.plan))}
          {(row.now.length > 0 || isHeldByHand(row)) && ' · '}
        </span>
      )}
      {row.now.map((server) => (
        <span key={server.serverId} className="now-server">
          <Running server={server} held={held} />{' '}
        </span>
      ))}
      {(!row.trouble || isHeldByHand(row)) && rest}
      {row.now.length > 0 && row.state.kind === 'paused' && (
        <span className="now-state"> · {stateText(row, held, t, language, zone)}</span>
      )}
    </>
  )
}

const isHeldByHand = ({ state }: ClientRow) => state.kind === 'paused' || state.kind === 'stopped'

function Running({ server, held }: { server: ClientRow['now'][number]; held: Held }) {
  const { t } = useReader()
  const now = usePlanNow(held)
  return t.stepFor(server.host, t.stepNames[server.step], duration(Math.max(0, now - server.stepAt)))
}

export function stateText(row: ClientRow, held: Held, t: Texts, language: Language, zone: string): string {
  const { state } = row
  switch (state.kind) {
    case 'waiting': {
      const ring = held.board.rings.find((one) => one.ring === row.ring)
      return ring && ring.startedAt === undefined ? t.waitsForRing(String(row.ring)) : t.waits
    }
    case 'running':
      if (row.now.length > 0) return t.states.running
      return row.cells.includes(cellLetters.unknown) ? t.waitsForAgent : t.waits
    case 'held':
      return reasonText(state.reason, language, zone, held.board.clocks.plan)
    case 'paused': {
      const until =
        state.until === undefined ? '' : ` ${t.pausedUntil(weekTime(state.until, language, zone))}`
      return t.pausedBy(state.actor, state.reason) + until
    }
    case 'stopped':
      return t.stoppedBy(state.actor, state.reason)
    case 'ended':
      return cellsText(row.cells, t)
  }
}

/** A range, or the end itself once it is known. */
export function ExpectedEnd({ row, held, pace }: { row: ClientRow; held: Held; pace: Pace | undefined }) {
  const { t, language, zone } = useReader()
  const now = usePlanNow(held, 2000)
  const outlook = useOutlook(held.board.campaign.campaignId)
  if (row.endedAt !== undefined) return <span className="past">{weekTime(row.endedAt, language, zone)}</span>
  const end = expectedEnd(row, pace, now, outlook?.(now).closes?.(row.clientId))
  if (!end) return <span className="past">{row.startedAt === undefined ? '–' : t.notKnownYet}</span>
  const sameDay =
    weekTime(end.p20Ms, language, zone).slice(0, 3) === weekTime(now, language, zone).slice(0, 3)
  const from = sameDay ? clockTime(end.p20Ms, language, zone) : weekTime(end.p20Ms, language, zone)
  return `${from}–${clockTime(end.p80Ms, language, zone)}`
}
