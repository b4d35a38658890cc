import { useState } from 'react'
import type { Plan } from '../../../../orchestrations/domain/planned.ts'
import { dayTime } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import { useReader } from '../context.tsx'
import { ShowMore } from '../showMore.tsx'

const firstClients = 60

/** Each client's first start and expected end, in the client's own zone. */
export function PlanTable({ plan, short = false }: { plan: Plan; short?: boolean }) {
  const { t, language } = useReader()
  const [count, setCount] = useState(firstClients)
  const clients = plan.rings.flatMap(({ ring, clients: members }) => members.map((one) => ({ ring, ...one })))
  return (
    <>
      <div className="plan-scroll" tabIndex={0} role="region" aria-label={t.planClients}>
        <table className="plan-table">
          <thead>
            <tr>
              <th scope="col">{t.client}</th>
              <th scope="col">{t.ring}</th>
              <th scope="col">{t.servers}</th>
              <th scope="col">{t.planFirstStart}</th>
              <th scope="col">{t.planExpectedEnd}</th>
              {!short && <th scope="col">{t.planWindow}</th>}
            </tr>
          </thead>
          <tbody>
            {clients.slice(0, count).map((client) => (
              <tr key={client.clientId}>
                <th scope="row">{client.name}</th>
                <td>{client.ring}</td>
                <td>{client.servers.length}</td>
                <td>
                  {dayTime(client.firstStart, language, client.zone)}{' '}
                  <span className="zone">{client.zone}</span>
                </td>
                <td>
                  {t.planRange(
                    dayTime(client.end.p20, language, client.zone),
                    dayTime(client.end.p80, language, client.zone),
                  )}
                </td>
                {!short && (
                  <td>
                    {client.doesNotFit.length === 0 ? t.planFits : t.planDoesNotFit(client.doesNotFit.length)}
                    {client.why && ` · ${reasonText(client.why, language, client.zone, plan.start)}`}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ShowMore
        shown={Math.min(count, clients.length)}
        all={clients.length}
        onMore={() => setCount(clients.length)}
      />
    </>
  )
}
