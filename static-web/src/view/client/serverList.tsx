import type { ClientRow, ServerRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { useReader } from '../context.tsx'
import { ServerCard } from './serverCard.tsx'

interface ServerListProps {
  readonly row: ClientRow
  readonly held: Held
  readonly zone: string
  readonly servers: readonly ServerRow[]
  /** A server's id, or its place from 0. */
  readonly chosen: string | undefined
}

/** The client's servers in the order in which they are updated; what runs on a host is indented. */
export function ServerList({ held, zone, servers, chosen }: ServerListProps) {
  const { t } = useReader()
  const inOrder = servers.toSorted((a, b) => a.order - b.order)
  const isChosen = (server: ServerRow, place: number) =>
    chosen === server.serverId || chosen === String(place)
  const found = chosen === undefined || inOrder.some(isChosen)
  return (
    <>
      {!found && <p role="alert">{t.unknownServer(chosen ?? '')}</p>}
      <p className="quiet">{t.timesIn(zone)}</p>
      <ul className="server-list" aria-label={t.serversOf}>
        {inOrder.map((server, place) => (
          <ServerCard
            key={server.serverId}
            server={server}
            servers={inOrder}
            zone={zone}
            held={held}
            isChosen={isChosen(server, place)}
          />
        ))}
      </ul>
    </>
  )
}
