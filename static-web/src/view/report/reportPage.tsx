import { Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CampaignReport } from '../../../../orchestrations/contracts/api.ts'
import { outcomeKinds } from '../../../../orchestrations/domain/outcomes.ts'
import { dayTime } from '../../model/times.ts'
import { Sign } from '../cells.tsx'
import { useLiveBoard, useOperator, useReader } from '../context.tsx'
import { useAddress, useLive } from '../hooks.ts'
import { ShowMore } from '../showMore.tsx'
import { Answered } from '../waiting.tsx'
import { Downloads } from './downloads.tsx'
import { ReportedClientCard } from './reportedClient.tsx'

const firstClients = 40

/** What was done, what was not and why, and what is still open: of the fleet or of one client. */
export function ReportPage() {
  const { t } = useReader()
  const { api } = useOperator()
  const live = useLiveBoard()
  const { held } = useLive()
  const [{ about }, go] = useAddress()
  const id = live?.id
  const report = useQuery({
    queryKey: ['report', id, about],
    queryFn: () => (id === undefined ? Promise.resolve(null) : api.report(id, about)),
  })
  if (id === undefined) return <p className="nothing">{t.noCampaign}</p>
  const clients = (held?.board.clients ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return (
    <div className="desk">
      <h1>{t.reportTitle(report.data?.campaign.name ?? held?.board.campaign.name ?? '')}</h1>
      <div className="toolbar">
        <Select
          size="small"
          aria-label={t.client}
          value={about ?? ''}
          onChange={(_, { value }) => go({ about: value === '' ? undefined : value })}
        >
          <option value="">{t.wholeFleet}</option>
          {clients.map(({ clientId, name }) => (
            <option key={clientId} value={clientId}>
              {name}
            </option>
          ))}
        </Select>
        <Downloads campaignId={id} client={about} />
      </div>
      <Answered query={report} />
      {report.data && <Report key={about ?? ''} report={report.data} />}
    </div>
  )
}

function Report({ report }: { report: CampaignReport }) {
  const { t, language, zone } = useReader()
  const [count, setCount] = useState(firstClients)
  const open = report.clients.reduce((sum, client) => sum + client.open.length, 0)
  return (
    <>
      <p className="quiet">
        {t.campaignStates[report.campaign.state.kind]} ·{' '}
        {t.reportMade(`${dayTime(report.generatedAt, language, zone)} ${zone}`)}
      </p>
      <ul className="report-counts" aria-label={t.outcomes}>
        <li>
          <b>{report.servers}</b> {t.serversWord(report.servers)}
        </li>
        {outcomeKinds
          .filter((kind) => (report.counts[kind] ?? 0) > 0)
          .map((kind) => (
            <li key={kind}>
              <Sign name={kind} /> {t.counted(report.counts[kind] ?? 0, t.states[kind])}
            </li>
          ))}
        <li>{t.openItems(open)}</li>
      </ul>
      <h2>{t.updates}</h2>
      {report.updates.length === 0 ? (
        <p className="quiet">{t.updatesNone}</p>
      ) : (
        <ul className="lines">
          {report.updates.map((one) => (
            <li key={one.kb}>
              <b>{one.kb}</b> {one.title} · {t.updateWent(one.succeeded, one.failed, one.clients)}
            </li>
          ))}
        </ul>
      )}
      <h2>{t.clients}</h2>
      <ul className="report-clients">
        {report.clients
          .toSorted((a, b) => b.open.length - a.open.length || (a.name < b.name ? -1 : 1))
          .slice(0, count)
          .map((client) => (
            <ReportedClientCard
              key={client.clientId}
              client={client}
              open={report.clientId !== undefined}
              now={report.generatedAt}
            />
          ))}
      </ul>
      <ShowMore
        shown={Math.min(count, report.clients.length)}
        all={report.clients.length}
        onMore={() => setCount(count + 200)}
      />
    </>
  )
}
