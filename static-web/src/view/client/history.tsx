import { useState } from 'react'
import type { LedgerLine } from '../../../../orchestrations/contracts/board.ts'
import { weekTime } from '../../model/times.ts'
import { actionText, actorText, whyText } from '../../texts/ledger.ts'
import { useReader } from '../context.tsx'
import { ShowMore } from '../showMore.tsx'

const firstLines = 60

/** What happened at the client, newest first, with who did it. */
export function History({ lines, zone }: { lines: readonly LedgerLine[]; zone: string }) {
  const { t, language } = useReader()
  const [count, setCount] = useState(firstLines)
  if (lines.length === 0) return <p className="quiet">{t.noLedger}</p>
  const newest = lines.toSorted((a, b) => b.sequence - a.sequence)
  return (
    <>
      <p className="quiet">{t.timesIn(zone)}</p>
      <ol className="panel-ledger">
        {newest.slice(0, count).map((line) => (
          <li key={line.sequence}>
            <time>{weekTime(line.planAt, language, zone)}</time> {actionText(line, language)}{' '}
            <span className="actor">{actorText(line.actor, t)}</span>
            <Why text={whyText(line, t)} />
          </li>
        ))}
      </ol>
      <ShowMore
        shown={Math.min(count, lines.length)}
        all={lines.length}
        onMore={() => setCount(count + 200)}
      />
    </>
  )
}

function Why({ text }: { text: string }) {
  return text === '' ? null : <span className="actor"> « {text} »</span>
}
