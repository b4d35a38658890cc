import { Button, Spinner } from '@fluentui/react-components'
import { Dismiss20Regular, Pause16Regular, Play16Regular } from '@fluentui/react-icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { ClientRow } from '../../../orchestrations/contracts/board.ts'
import type { Held } from '../model/merge.ts'
import { lineOf } from '../model/rows.ts'
import { clockSeconds } from '../model/times.ts'
import { actionText, actorText } from '../texts/ledger.ts'
import { Cells, Sign } from './cells.tsx'
import { useClientControl } from './clientControl.ts'
import { stateText } from './clientNow.tsx'
import { refusalText } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { ServerCard } from './serverCard.tsx'

interface PanelProps {
  readonly row: ClientRow
  readonly held: Held
  /** Place of the chosen server among the cells, from 0. */
  readonly server: number | undefined
  readonly onClose: () => void
}

/** One client at the side: everything that its line says, with the reasons. Follows the row's revision. */
export function ClientPanel({ row, held, server, onClose }: PanelProps) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const panel = useRef<HTMLElement>(null)
  const campaign = held.board.campaign.campaignId
  const detail = useQuery({
    queryKey: ['client', campaign, row.clientId, row.revision],
    queryFn: () => api.client(campaign, row.clientId),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  useEffect(() => {
    panel.current?.focus()
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) onClose()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  const servers = (detail.data?.servers ?? []).toSorted((a, b) => a.order - b.order)
  const localZone = detail.data?.zone ?? zone
  return (
    <aside className="panel" ref={panel} tabIndex={-1} aria-label={t.panel(row.name)}>
      <header>
        <Sign name={lineOf(row).sign} label={t.states[lineOf(row).sign]} />
        <h2>{row.name}</h2>
        <Button appearance="subtle" icon={<Dismiss20Regular />} aria-label={t.close} onClick={onClose} />
      </header>
      <p className="panel-facts">
        {t.ring} {row.ring} {t.ringNames[row.ring]} · {stateText(row, held, t, language, localZone)}
        <br />
        {t.clientZone(localZone)}
        {detail.data?.contact !== undefined && ` · ${t.contact(detail.data.contact)}`}
      </p>
      <div className="panel-actions">
        <Cells cells={row.cells} columns={20} />
        <ControlButton row={row} held={held} />
      </div>
      {detail.isPending && <Spinner size="small" label={t.loading} />}
      {detail.error && <p role="alert">{refusalText(detail.error, t)}</p>}
      <h3>{t.serversOf}</h3>
      <ul className="server-list">
        {servers.map((one, index) => (
          <ServerCard
            key={one.serverId}
            server={one}
            zone={localZone}
            held={held}
            isChosen={index === server}
            hostOf={(id) => servers.find((other) => other.serverId === id)?.host ?? id}
          />
        ))}
      </ul>
      {detail.data && detail.data.ledger.length > 0 && (
        <>
          <h3>{t.ledgerOf}</h3>
          <ol className="panel-ledger">
            {detail.data.ledger
              .toSorted((a, b) => b.sequence - a.sequence)
              .slice(0, 40)
              .map((line) => (
                <li key={line.sequence}>
                  <time>{clockSeconds(line.planAt, language, localZone)}</time> {actionText(line, language)}{' '}
                  <span className="actor">{actorText(line.actor, t)}</span>
                </li>
              ))}
          </ol>
        </>
      )}
    </aside>
  )
}

function ControlButton({ row, held }: { row: ClientRow; held: Held }) {
  const { t } = useReader()
  const { verb, control } = useClientControl(row, held)
  if (!verb) return null
  const icon = verb === 'pause' ? <Pause16Regular /> : <Play16Regular />
  return (
    <Button size="small" icon={icon} onClick={() => void control()}>
      {t[verb]}
    </Button>
  )
}
