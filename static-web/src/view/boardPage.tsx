import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { measuredPace } from '../../../orchestrations/contracts/remaining.ts'
import { systemNow } from '../clock.ts'
import { LiveBoard } from '../live/liveBoard.ts'
import { linesFor } from '../model/rows.ts'
import { CampaignLine } from './campaignLine.tsx'
import { ClientList } from './clientList.tsx'
import { ClientPanel } from './clientPanel.tsx'
import { ClientTiles } from './clientTiles.tsx'
import { CommandRoom } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { Figures } from './figures.tsx'
import { StaleBanner } from './freshness.tsx'
import { useAddress } from './hooks.ts'
import { Introduction } from './introduction.tsx'
import { LedgerStrip } from './ledgerStrip.tsx'
import { RingSteps } from './ringSteps.tsx'
import { StopBanner } from './stop.tsx'
import { Toolbar } from './toolbar.tsx'
import { TopBar } from './topBar.tsx'
import { TroubleLine } from './troubleLine.tsx'
import { Waiting } from './waiting.tsx'

interface BoardPageProps {
  readonly campaignId: string
  readonly campaigns: readonly CampaignHead[]
}

export function BoardPage({ campaignId, campaigns }: BoardPageProps) {
  const { api } = useOperator()
  const { t } = useReader()
  const [filters, go] = useAddress()
  const live = useMemo(() => new LiveBoard(api, campaignId, systemNow), [api, campaignId])
  useEffect(() => live.open(), [live])
  const { held, error } = useSyncExternalStore(live.subscribe, live.state)
  const clients = held?.board.clients
  const lines = useMemo(() => linesFor(clients ?? [], filters), [clients, filters])
  const pace = useMemo(() => measuredPace(clients ?? []), [clients])
  const title = held?.board.campaign.name
  useEffect(() => {
    if (title) document.title = `${title} · ATLAS`
  }, [title])

  if (!held) return <Waiting error={error} onRetry={live.resync} />
  const { board } = held
  const open = board.clients.find((row) => row.clientId === filters.client)
  return (
    <CommandRoom onAccepted={() => void live.resync()}>
      <div className={`page page-${filters.view}${open ? ' page-with-panel' : ''}`}>
        <TopBar held={held} live={live} />
        <main>
          <StaleBanner live={live} />
          <StopBanner stop={board.stop} />
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
        </main>
        <LedgerStrip held={held} />
        {open && (
          <ClientPanel
            key={open.clientId}
            row={open}
            held={held}
            server={filters.server}
            onClose={() => go({ client: undefined, server: undefined })}
          />
        )}
      </div>
    </CommandRoom>
  )
}
