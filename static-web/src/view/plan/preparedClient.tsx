import { useState } from 'react'
import type { PreparedClient, PreparedServer } from '../../../../orchestrations/contracts/api.ts'
import { dayTime } from '../../model/times.ts'
import type { SignName } from '../../model/vocabulary.ts'
import { reasonText } from '../../texts/reasons.ts'
import { Sign } from '../cells.tsx'
import { useReader } from '../context.tsx'
import { planNowOf, useAddress, useLive } from '../hooks.ts'

const signs: Readonly<Record<PreparedServer['verdict'], SignName>> = {
  go: 'succeeded',
  noGo: 'failed',
  unknown: 'unknown',
  waiting: 'pending',
}
const urgency = { noGo: 0, unknown: 1, waiting: 2, go: 3 } as const

/** One client of the list; what is in the way stands open, the rest on demand. */
export function PreparedClientCard({ client }: { client: PreparedClient }) {
  const { t, language, zone } = useReader()
  const [chosen, choose] = useState<boolean>()
  const open = chosen ?? client.verdict === 'noGo'
  const servers = client.servers.toSorted((a, b) => urgency[a.verdict] - urgency[b.verdict])
  const shown = chosen === true ? servers : servers.filter(({ verdict }) => verdict !== 'go')
  return (
    <li className={`prepared-${client.verdict}`}>
      <details open={open}>
        <summary
          onClick={(event) => {
            event.preventDefault()
            choose(!open)
          }}
        >
          <Sign name={signs[client.verdict]} />
          <b>{client.name}</b>
          <span className={client.verdict === 'noGo' ? 'text-failed' : 'quiet'}>
            {t.verdicts[client.verdict]}
          </span>
          <span className="quiet">{t.preparationCounts(client.counts)}</span>
          <span className="quiet">
            {t.planFirstStart} {dayTime(client.firstStart, language, zone)} {zone}
          </span>
        </summary>
        {open && (
          <ul className="lines">
            {shown.map((server) => (
              <Server key={server.serverId} server={server} clientId={client.clientId} />
            ))}
            {shown.length < servers.length && (
              <li>
                <button type="button" className="text-button" onClick={() => choose(true)}>
                  {t.showGo(servers.length - shown.length)}
                </button>
              </li>
            )}
          </ul>
        )}
      </details>
    </li>
  )
}

const weight = { blocks: 0, warns: 1, fine: 2 } as const

function Server({ server, clientId }: { server: PreparedServer; clientId: string }) {
  const { t, language, zone } = useReader()
  const [, go] = useAddress()
  const { held } = useLive()
  const findings = server.findings.toSorted((a, b) => weight[a.severity] - weight[b.severity])
  return (
    <li>
      <Sign name={signs[server.verdict]} />{' '}
      <button
        type="button"
        className="text-button prepared-host"
        onClick={() => go({ client: clientId, server: server.serverId })}
      >
        {server.host}
      </button>{' '}
      <span className={server.verdict === 'noGo' ? 'text-failed' : 'quiet'}>
        {t.verdicts[server.verdict]}
      </span>
      <ul className="findings">
        {findings.map(({ severity, reason }) => (
          <li key={JSON.stringify(reason)} className={`finding-${severity}`}>
            <span className="hidden">{t.severities[severity]}: </span>
            {reasonText(reason, language, zone, planNowOf(held))}
          </li>
        ))}
      </ul>
    </li>
  )
}
