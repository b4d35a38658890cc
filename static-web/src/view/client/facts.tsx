import type { ClientShow } from '../../../../orchestrations/contracts/api.ts'
import { dayTime, weekTime } from '../../model/times.ts'
import { windowText } from '../../texts/windows.ts'
import { reasonText } from '../../texts/reasons.ts'
import { useReader } from '../context.tsx'
import { CalendarButton } from './calendarButton.tsx'

const shownOpenings = 4

/** What is known of a client apart from any campaign; times are in its own zone. */
export function Facts({ show, now }: { show: ClientShow; now: number }) {
  const { t, language } = useReader()
  const { zone, lock } = show
  const when = (at: number) => dayTime(at, language, zone)
  const next = show.nextWindows.filter(({ end }) => end > now).slice(0, shownOpenings)
  return (
    <>
      <dl className="facts">
        <dt>{t.factWindows}</dt>
        <dd>
          {show.windows.map((window) => (
            <span key={window.rrule + window.start}>{windowText(window, language, t)} </span>
          ))}
          <span className="zone">{zone}</span>
        </dd>
        <dt>{t.factNext}</dt>
        <dd>
          {next.length === 0 && t.noWindowLeft}
          {next.map(({ start, end }) => (
            <span key={start} className="fact-line">
              {t.fromTo(when(start), when(end))}
            </span>
          ))}
        </dd>
        <dt>{t.factFreeze}</dt>
        <dd>{show.freezeDates.length === 0 ? t.none : show.freezeDates.join(', ')}</dd>
        <dt>{t.factAtOnce}</dt>
        <dd>{show.maxParallelServers}</dd>
        <dt>{t.factLock}</dt>
        <dd>
          {lock.owner === undefined
            ? t.lockFree
            : `${lock.owner}${lock.since === undefined ? '' : ` ${t.since(weekTime(lock.since, language, zone))}`}`}
        </dd>
      </dl>
      <CalendarButton clientId={show.clientId} name={show.name} />
      <h3>{t.checkpoints}</h3>
      {show.checkpoints.length === 0 && <p className="quiet">{t.noCheckpoints}</p>}
      <ul className="lines">
        {show.checkpoints.map((one) => (
          <li key={one.name + one.serverId}>
            <b>{one.host}</b> {t.checkpointStands(one.name, when(one.createdAt), when(one.dueAt))}
            {one.problem && (
              <span className="text-failed"> {reasonText(one.problem, language, zone, now)}</span>
            )}
          </li>
        ))}
      </ul>
      <h3>{t.heldJobs}</h3>
      {show.heldJobs.length === 0 && <p className="quiet">{t.noHeldJobs}</p>}
      <ul className="lines">
        {show.heldJobs.map((one) => (
          <li key={one.serverId + one.on}>
            <b>{one.host}</b>{' '}
            {t.jobsHeld(one.jobs.map(({ name }) => name).join(', '), one.on, when(one.heldAt))}
            {one.problem && (
              <span className="text-failed"> {reasonText(one.problem, language, zone, now)}</span>
            )}
          </li>
        ))}
      </ul>
      <h3>{t.waivers}</h3>
      {show.waivers.length === 0 && <p className="quiet">{t.noWaivers}</p>}
      <ul className="lines">
        {show.waivers.map((one) => (
          <li key={one.serverId}>
            <b>{one.host}</b> {t.waiverStands(when(one.until), one.actor, one.reason)}
          </li>
        ))}
      </ul>
    </>
  )
}
