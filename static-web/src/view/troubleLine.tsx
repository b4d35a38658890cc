import { memo, useMemo } from 'react'
import { waitsForSomebody, type Board } from '../../../orchestrations/contracts/board.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import { troubleNames } from '../model/vocabulary.ts'
import { Sign } from './cells.tsx'
import { useReader } from './context.tsx'
import { useAddress } from './hooks.ts'

export const TroubleLine = memo(function TroubleLine({ board }: { board: Board }) {
  const { t } = useReader()
  const [filters, go] = useAddress()
  const sum = useMemo(() => totals(board.clients), [board.clients])
  const paused = board.clients.filter((row) => row.state.kind === 'paused').length
  const count = (name: (typeof troubleNames)[number]) =>
    name === 'unknown' ? sum.unknown : sum.byOutcome[name]
  const troubles = troubleNames.filter((name) => count(name) > 0)
  const toggle = (show: 'trouble' | 'held') => go({ show: filters.show === show ? 'all' : show })
  const waiting = board.rings.filter(waitsForSomebody).map(({ ring }) => ring)
  if (troubles.length === 0 && paused === 0 && waiting.length === 0)
    return <p className="trouble trouble-none">{t.noTrouble}</p>
  return (
    <p className="trouble">
      {troubles.length > 0 && (
        <button type="button" aria-pressed={filters.show === 'trouble'} onClick={() => toggle('trouble')}>
          {troubles.map((name) => (
            <span key={name}>
              <Sign name={name} /> {t.plural[name](count(name))}
            </span>
          ))}
        </button>
      )}
      {paused > 0 && (
        <button type="button" aria-pressed={filters.show === 'held'} onClick={() => toggle('held')}>
          <span>
            <Sign name="paused" /> {t.plural.paused(paused)}
          </span>
        </button>
      )}
      {waiting.length > 0 && (
        <span>
          <Sign name="held" /> {t.ringsWait(waiting.join(', '))}
        </span>
      )}
    </p>
  )
})
