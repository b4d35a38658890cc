import { useMemo } from 'react'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { measuredPace } from '../../../orchestrations/contracts/remaining.ts'
import { linesFor } from '../model/rows.ts'
import { CampaignLine } from './campaignLine.tsx'
import { ClientList } from './clientList.tsx'
import { ClientTiles } from './tiles/clientTiles.tsx'
import { refusalText } from './commands.tsx'
import { useLiveBoard, useReader } from './context.tsx'
import { Figures } from './figures.tsx'
import { useAddress, useLive } from './hooks.ts'
import { Introduction } from './introduction.tsx'
import { LedgerStrip } from './ledgerStrip.tsx'
import { PageLink } from './navigation.tsx'
import { RingSteps } from './ringSteps.tsx'
import { Toolbar } from './toolbar.tsx'
import { TroubleLine } from './troubleLine.tsx'
import { Loading } from './waiting.tsx'

export function BoardPage({ campaigns }: { campaigns: readonly CampaignHead[] }) {
  const { t } = useReader()
  const [filters] = useAddress()
  const { held, error } = useLive()
  const clients = held?.board.clients
  const lines = useMemo(() => linesFor(clients ?? [], filters), [clients, filters])
  const pace = useMemo(() => measuredPace(clients ?? []), [clients])
  if (!held) return <NoBoard error={error} />
  const { board } = held
  return (
    <>
      <Introduction />
      <CampaignLine board={board} campaigns={campaigns} />
      <RingSteps board={board} selected={filters.ring} />
      <Figures held={held} pace={pace} />
      <TroubleLine board={board} />
      <section aria-label={t.client} className="clients">
        <Toolbar filters={filters} shown={lines.length} rows={board.clients} />
        {filters.view === 'tiles' ? (
          <ClientTiles lines={lines} selected={filters.client} />
        ) : (
          <ClientList lines={lines} held={held} pace={pace} selected={filters.client} />
        )}
      </section>
      <LedgerStrip held={held} />
    </>
  )
}

/** Still asking, or why there is no board and what to do. */
function NoBoard({ error }: { error: unknown }) {
  const { t } = useReader()
  const live = useLiveBoard()
  if (!error) return <Loading />
  return (
    <div className="failed-answer" role="alert">
      <p>{refusalText(error, t)}</p>
      <button type="button" className="text-button" onClick={() => void live?.resync()}>
        {t.retry}
      </button>
      <PageLink to={{ page: 'board', campaign: undefined }}>{t.showNewest}</PageLink>
    </div>
  )
}
