import type { ServerShow } from '../../../../orchestrations/contracts/api.ts'
import { machineLines } from '../../../../orchestrations/contracts/words/index.ts'
import { systemNow } from '../../clock.ts'
import type { Held } from '../../model/merge.ts'
import { age, dayTime } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import { refusalText } from '../commands.tsx'
import { useReader } from '../context.tsx'

interface ServerFactsProps {
  readonly query: { readonly data: ServerShow | undefined; readonly error: unknown }
  readonly zone: string
  readonly held: Held
  readonly hostOf: (serverId: string) => string
}

/** Its agent, what can still be undone, and what operators have said about it. */
export function ServerFacts({ query, zone, held, hostOf }: ServerFactsProps) {
  const { t, language } = useReader()
  const { data: show, error } = query
  if (!show) return error ? <p className="quiet">{t.factsMissing(refusalText(error, t))}</p> : null
  const when = (at: number) => dayTime(at, language, zone)
  const why = (reason: Parameters<typeof reasonText>[0]) =>
    reasonText(reason, language, zone, held.board.clocks.plan)
  const heard =
    show.heardAt === undefined
      ? t.neverHeard
      : t.heardAgo(age(Math.max(0, systemNow() - show.heardAt), language))
  return (
    <ul className="lines server-facts">
      {show.checkpoints.map((one) => (
        <li key={one.name} title={one.name}>
          {t.canBeUndone(hostOf(one.on), when(one.createdAt), when(one.dueAt))}
          {one.problem && <span className="text-failed"> {why(one.problem)}</span>}
        </li>
      ))}
      {show.checkpoints.length === 0 && <li>{t.nothingToUndo}</li>}
      <li>
        {show.enrolled ? heard : t.noAgent}
        {show.agentVersion !== undefined && ` · ${t.agent} ${show.agentVersion}`}
        {show.os !== undefined && ` · ${show.os}`}
        {show.build !== undefined && ` · ${t.build} ${show.build}`}
        {show.site !== undefined && ` · ${show.site}`}
      </li>
      {show.machine && (
        <>
          {machineLines(show.machine, language).map(([name, says]) => (
            <li key={name}>{t.named(name, says)}</li>
          ))}
          <li className="quiet">{t.lookedAt(when(show.machine.lookedAt))}</li>
        </>
      )}
    </ul>
  )
}

/** What people or ATLAS decided about it, whatever its state: it stands beside the state. */
export function Standing({ show, zone, held }: { show: ServerShow; zone: string; held: Held }) {
  const { t, language } = useReader()
  if (!show.quarantined && !show.excluded && !show.waiver) return null
  const when = (at: number) => dayTime(at, language, zone)
  const why = (reason: Parameters<typeof reasonText>[0]) =>
    reasonText(reason, language, zone, held.board.clocks.plan)
  return (
    <ul className="lines server-facts">
      {show.quarantined && <li className="text-failed">{why(show.quarantined)}</li>}
      {show.excluded && (
        <li>
          {t.excludedBy(
            show.excluded.actor,
            show.excluded.reason,
            show.excluded.until === undefined ? undefined : when(show.excluded.until),
          )}
        </li>
      )}
      {show.waiver && (
        <li>{t.waiverStands(when(show.waiver.until), show.waiver.actor, show.waiver.reason)}</li>
      )}
    </ul>
  )
}
