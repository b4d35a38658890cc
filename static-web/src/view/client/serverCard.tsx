import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { cellName, cellOf, type ServerRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { Sign } from '../cells.tsx'
import { useOperator, useReader } from '../context.tsx'
import { Attempts } from './attempts.tsx'
import { ServerActions } from './serverActions.tsx'
import { ServerFacts, Standing } from './serverFacts.tsx'
import { ServerState, Updates } from './serverState.tsx'

interface ServerCardProps {
  readonly server: ServerRow
  /** All of the client: their measured steps say how long one takes, their names who carried it out. */
  readonly servers: readonly ServerRow[]
  readonly zone: string
  readonly held: Held
  readonly isChosen: boolean
}

/** One server in the panel: state, reason, what can be done, and each attempt as bars over time. */
export function ServerCard({ server, servers, zone, held, isChosen }: ServerCardProps) {
  const { t } = useReader()
  const card = useRef<HTMLLIElement>(null)
  const name = cellName(cellOf(server.state))
  useEffect(() => {
    if (isChosen) card.current?.scrollIntoView({ block: 'start' })
  }, [isChosen])
  const loud = ['running', 'unknown', 'needsOperator', 'failed'].includes(name)
  const [open, setOpen] = useState(isChosen || loud)
  const hostOf = (id: string) => servers.find(({ serverId }) => serverId === id)?.host ?? id
  return (
    <li
      ref={card}
      className={`server${server.runsOn ? ' server-guest' : ''}`}
      data-chosen={isChosen || undefined}
    >
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Sign name={name} />
          <b>{server.host}</b>
          <span className="server-role">
            {t.roleNames[server.role] ?? server.role}
            {server.runsOn !== undefined && ` · ${t.onMachine(hostOf(server.runsOn))}`}
          </span>
          <span className={`server-state text-${name}`}>
            {t.states[name]}
            {server.attempts > 1 && ` · ${t.attempts(server.attempts)}`}
          </span>
        </summary>
        {open && <Opened server={server} servers={servers} zone={zone} held={held} hostOf={hostOf} />}
      </details>
    </li>
  )
}

interface OpenedProps extends Omit<ServerCardProps, 'isChosen'> {
  readonly hostOf: (serverId: string) => string
}

function Opened({ server, servers, zone, held, hostOf }: OpenedProps) {
  const { api } = useOperator()
  const campaign = held.board.campaign.campaignId
  const show = useQuery({
    queryKey: ['now', 'server', campaign, server.serverId, JSON.stringify(server.state)],
    queryFn: () => api.showServer(server.serverId, campaign),
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
  return (
    <>
      <ServerState server={server} servers={servers} zone={zone} held={held} />
      {show.data && <Standing show={show.data} zone={zone} held={held} />}
      <ServerActions server={server} show={show.data} held={held} />
      <Updates server={server} />
      <Attempts server={server} zone={zone} held={held} hostOf={hostOf} />
      <ServerFacts query={show} zone={zone} held={held} hostOf={hostOf} />
    </>
  )
}
