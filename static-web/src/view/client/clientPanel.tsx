import { Button } from '@fluentui/react-components'
import { Dismiss20Regular } from '@fluentui/react-icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { ClientRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { lineOf } from '../../model/rows.ts'
import { tabs } from '../../model/address.ts'
import { Cells, Sign } from '../cells.tsx'
import { stateText } from '../clientNow.tsx'
import { useOperator, useReader } from '../context.tsx'
import { useAddress, useLive } from '../hooks.ts'
import { Answered } from '../waiting.tsx'
import { ClientActions } from './clientActions.tsx'
import { Facts } from './facts.tsx'
import { History } from './history.tsx'
import { Holds } from './holds.tsx'
import { ServerList } from './serverList.tsx'

/** One client at the side (a page of its own on a phone): everything that its line says, with the reasons. */
export function ClientPanel() {
  const { t } = useReader()
  const [filters, go] = useAddress()
  const { held } = useLive()
  const panel = useRef<HTMLElement>(null)
  const close = () => go({ client: undefined, server: undefined, tab: 'servers' })
  useEffect(() => {
    panel.current?.focus()
    const press = (event: KeyboardEvent) => {
      const taken = document.querySelector('dialog[open], [role=menu], [role=listbox]')
      if (event.key === 'Escape' && !taken) close()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  if (!held) return null
  const row = held.board.clients.find(({ clientId }) => clientId === filters.client)
  const name = row?.name ?? filters.client ?? ''
  return (
    <aside className="panel" ref={panel} tabIndex={-1} aria-label={t.panel(name)}>
      <header>
        {row && <Sign name={lineOf(row).sign} label={t.states[lineOf(row).sign]} />}
        <h2>{name}</h2>
        <Button appearance="subtle" icon={<Dismiss20Regular />} aria-label={t.close} onClick={close} />
      </header>
      {row ? <Client row={row} held={held} /> : <p role="alert">{t.unknownClient(name)}</p>}
    </aside>
  )
}

function Client({ row, held }: { row: ClientRow; held: Held }) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const [filters, go] = useAddress()
  const campaign = held.board.campaign.campaignId
  const detail = useQuery({
    queryKey: ['now', 'client', campaign, row.clientId, row.revision],
    queryFn: () => api.client(campaign, row.clientId),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  const show = useQuery({
    queryKey: ['now', 'clientShow', row.clientId, row.revision],
    queryFn: () => api.showClient(row.clientId),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  const localZone = detail.data?.zone ?? zone
  const seen = { row, held, zone: localZone }
  return (
    <>
      <p className="panel-facts">
        {t.ring} {row.ring} {t.ringNames[row.ring]} · {stateText(row, held, t, language, localZone)}
        <br />
        {t.clientZone(localZone)}
        {detail.data?.contact !== undefined && ` · ${t.contact(detail.data.contact)}`}
      </p>
      <Cells cells={row.cells} columns={20} />
      <ClientActions row={row} held={held} show={show.data} />
      <Holds {...seen} show={show.data} />
      <div className="segments tabs" role="group" aria-label={t.panelParts}>
        {tabs.map((one) => (
          <button key={one} type="button" aria-pressed={filters.tab === one} onClick={() => go({ tab: one })}>
            {t.tabs[one]}
          </button>
        ))}
      </div>
      {filters.tab === 'servers' && <Answered query={detail} />}
      {filters.tab === 'servers' && detail.data && (
        <ServerList {...seen} servers={detail.data.servers} chosen={filters.server} />
      )}
      {filters.tab === 'facts' && <Answered query={show} />}
      {filters.tab === 'facts' && show.data && <Facts show={show.data} now={held.board.clocks.plan} />}
      {filters.tab === 'history' && <Answered query={detail} />}
      {filters.tab === 'history' && detail.data && <History lines={detail.data.ledger} zone={localZone} />}
    </>
  )
}
