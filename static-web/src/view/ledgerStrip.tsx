import { memo, useMemo } from 'react'
import type { Held } from '../model/merge.ts'
import { clockSeconds } from '../model/times.ts'
import { actionText } from '../texts/ledger.ts'
import { useReader } from './context.tsx'

const shownLines = 3

/** The last lines of the ledger. Quiet for screen readers: the board already tells what needs somebody. */
export const LedgerStrip = memo(function LedgerStrip({ held }: { held: Held }) {
  const { t, language, zone } = useReader()
  const names = useMemo(
    () => new Map(held.board.clients.map((row) => [row.clientId, row.name])),
    [held.board.clients],
  )
  return (
    <footer className="ledger" aria-label={t.latest}>
      {held.ledger.length === 0 && <span>{t.noLedger}</span>}
      {held.ledger.slice(0, shownLines).map((line) => (
        <span key={`${line.clientId} ${line.sequence}`}>
          <time>{clockSeconds(line.planAt, language, zone)}</time>{' '}
          <b>{names.get(line.clientId) ?? line.clientId}</b> {actionText(line, language)}
        </span>
      ))}
    </footer>
  )
})
