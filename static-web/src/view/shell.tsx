import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { BoardPage } from './boardPage.tsx'
import { CommandRoom } from './commands.tsx'
import { useLiveBoard, useReader } from './context.tsx'
import { StaleBanner } from './freshness.tsx'
import { useAddress, useLive } from './hooks.ts'
import { Navigation } from './navigation.tsx'
import { StopBanner } from './stop.tsx'
import { TopBar } from './topBar.tsx'
import { Loading } from './waiting.tsx'

const PlanPage = lazy(async () => ({ default: (await import('./plan/planPage.tsx')).PlanPage }))
const NewPlan = lazy(async () => ({ default: (await import('./plan/newPlan.tsx')).NewPlan }))
const TodoPage = lazy(async () => ({ default: (await import('./todo/todoPage.tsx')).TodoPage }))
const ServersPage = lazy(async () => ({ default: (await import('./servers/serversPage.tsx')).ServersPage }))
const NoticesPage = lazy(async () => ({ default: (await import('./notices/noticesPage.tsx')).NoticesPage }))
const UpdatesPage = lazy(async () => ({ default: (await import('./updates/updatesPage.tsx')).UpdatesPage }))
const ReportPage = lazy(async () => ({ default: (await import('./report/reportPage.tsx')).ReportPage }))
const InventoryPage = lazy(async () => ({
  default: (await import('./inventory/inventoryPage.tsx')).InventoryPage,
}))
const ClientPanel = lazy(async () => ({ default: (await import('./client/clientPanel.tsx')).ClientPanel }))

interface ShellProps {
  readonly campaigns: readonly CampaignHead[]
  readonly onCampaigns: () => void
}

/** What is the same on every page: the bar with the stop, where one can go, the banners, the client at the side. */
export function Shell({ campaigns, onCampaigns }: ShellProps) {
  const live = useLiveBoard()
  const [filters] = useAddress()
  const queries = useQueryClient()
  const accepted = () => {
    void live?.resync()
    onCampaigns()
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'now' })
  }
  const needsCampaign = filters.page === 'board' || filters.page === 'plan' || filters.page === 'servers'
  const page = needsCampaign && !live ? 'newPlan' : filters.page
  return (
    <CommandRoom onAccepted={accepted}>
      <div
        className={`page page-${filters.view}${filters.client ? ' page-with-panel' : ''}`}
        data-page={page}
      >
        <TopBar />
        <Navigation page={page} />
        <main>
          {live && <StaleBanner live={live} />}
          <RaisedStop />
          <Suspense fallback={<Loading />}>
            <Content key={live?.id ?? ''} page={page} campaigns={campaigns} onCampaigns={onCampaigns} />
          </Suspense>
        </main>
        <Suspense fallback={null}>{filters.client && <ClientPanel key={filters.client} />}</Suspense>
      </div>
    </CommandRoom>
  )
}

function RaisedStop() {
  const { held } = useLive()
  return held ? <StopBanner stop={held.board.stop} /> : null
}

function Content({ page, campaigns, onCampaigns }: ShellProps & { page: string }) {
  const { t } = useReader()
  const live = useLiveBoard()
  const name = t.pages[page as keyof typeof t.pages]
  const campaign = campaigns.find((one) => one.campaignId === live?.id)?.name
  useEffect(() => {
    document.title = [page === 'board' ? undefined : name, campaign, 'ATLAS'].filter(Boolean).join(' · ')
  }, [page, name, campaign])
  switch (page) {
    case 'todo':
      return <TodoPage />
    case 'servers':
      return <ServersPage />
    case 'notices':
      return <NoticesPage />
    case 'updates':
      return <UpdatesPage />
    case 'report':
      return <ReportPage />
    case 'inventory':
      return <InventoryPage />
    case 'plan':
      return live ? <PlanPage campaignId={live.id} onChanged={onCampaigns} /> : null
    case 'newPlan':
      return <NewPlan onPlanned={onCampaigns} />
    default:
      return <BoardPage campaigns={campaigns} />
  }
}
