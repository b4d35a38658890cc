import { useState } from 'react'
import type { ReportedClient, ReportedServer } from '../../../../orchestrations/contracts/api.ts'
import { cellName, cellOf } from '../../../../orchestrations/contracts/board.ts'
import { outcomeKinds } from '../../../../orchestrations/domain/outcomes.ts'
import { dayTime, duration } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import { Sign } from '../cells.tsx'
import { useReader } from '../context.tsx'

interface ReportedClientProps {
  readonly client: ReportedClient
  readonly open: boolean
  readonly now: number
}

/** One client of the report: its figures, what is open, and each server on demand. */
export function ReportedClientCard({ client, open: first, now }: ReportedClientProps) {
  const { t, language } = useReader()
  const [open, setOpen] = useState(first)
  const counts = outcomeKinds
    .filter((kind) => (client.counts[kind] ?? 0) > 0)
    .map((kind) => t.counted(client.counts[kind] ?? 0, t.states[kind]))
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <b>{client.name}</b>{' '}
          <span className="quiet">
            {[`${t.ring} ${client.ring}`, counts.join(', ')].filter(Boolean).join(' · ')}
          </span>{' '}
          {client.open.length > 0 && (
            <span className="text-needsOperator">{t.openItems(client.open.length)}</span>
          )}
        </summary>
        {open && (
          <>
            <p className="quiet">{t.timesIn(client.zone)}</p>
            {client.open.length > 0 && (
              <ul className="lines" aria-label={t.openOf(client.name)}>
                {client.open.map(({ host, reason }) => (
                  <li key={`${host ?? ''} ${reason.code}`}>
                    {host !== undefined && <b>{host} </b>}
                    {reasonText(reason, language, client.zone, now)}
                  </li>
                ))}
              </ul>
            )}
            <ul className="lines" aria-label={t.serversOf}>
              {client.servers.map((server) => (
                <Server key={server.serverId} server={server} zone={client.zone} now={now} />
              ))}
            </ul>
          </>
        )}
      </details>
    </li>
  )
}

function Server({ server, zone, now }: { server: ReportedServer; zone: string; now: number }) {
  const { t, language } = useReader()
  const { state } = server
  const name = cellName(cellOf(state))
  const why = state.kind === 'ended' || state.kind === 'unknown' ? state.reason : undefined
  const kbs = server.updates.filter(({ result }) => result.startsWith('succeeded')).map(({ kb }) => kb)
  return (
    <li>
      <Sign name={name} /> <b>{server.host}</b>{' '}
      <span className="quiet">{t.roleNames[server.role] ?? server.role}</span>{' '}
      <span className={`text-${name}`}>{t.states[name]}</span>
      {kbs.length > 0 && ` · ${kbs.join(', ')}`}
      {server.build !== undefined &&
        ` · ${t.build} ${server.buildBefore === undefined ? '' : `${server.buildBefore} → `}${server.build}`}
      {server.downtimeMs !== undefined && ` · ${t.downtime(duration(server.downtimeMs))}`}
      {name !== 'succeeded' && why && <p>{reasonText(why, language, zone, now)}</p>}
      {server.nextAt !== undefined && (
        <span className="quiet"> {t.nextWindow(dayTime(server.nextAt, language, zone))}</span>
      )}
    </li>
  )
}
