import type { ServerRow } from '../../../../orchestrations/contracts/board.ts'
import { wordsOf } from '../../../../orchestrations/contracts/words/index.ts'
import { usualDuration } from '../../model/attempts.ts'
import type { Held } from '../../model/merge.ts'
import { clockTime, duration, weekTime } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import { useReader } from '../context.tsx'
import { usePlanNow } from '../hooks.ts'

interface ServerStateProps {
  readonly server: ServerRow
  readonly servers: readonly ServerRow[]
  readonly zone: string
  readonly held: Held
}

/** Where the server stands and why, in sentences. */
export function ServerState({ server, servers, zone, held }: ServerStateProps) {
  const { t, language } = useReader()
  const { state } = server
  const why = (reason: Parameters<typeof reasonText>[0]) =>
    reasonText(reason, language, zone, held.board.clocks.plan)
  switch (state.kind) {
    case 'pending':
      return null
    case 'running': {
      const usual = usualDuration(servers, state.step)
      return (
        <p>
          <b>{t.stepNames[state.step]}</b> <Lasting since={state.stepAt} held={held} />
          {' · '}
          {usual ? t.usuallyTakes(duration(usual.fromMs), duration(usual.toMs), usual.of) : t.usuallyUnknown}
        </p>
      )
    }
    case 'unknown':
      return <p>{`${why(state.reason)} ${t.since(weekTime(state.since, language, zone))}`}</p>
    case 'ended':
      return (
        <div>
          {state.reason && state.reason.code !== 'updated' && <p className="cause">{why(state.reason)}</p>}
          {state.failure && <Failure failure={state.failure} said={state.reason ? why(state.reason) : ''} />}
          <p className="quiet">
            {state.startedAt === undefined
              ? weekTime(state.endedAt, language, zone)
              : `${t.fromTo(weekTime(state.startedAt, language, zone), clockTime(state.endedAt, language, zone))} · ${duration(state.endedAt - state.startedAt)}`}
            {state.nextAt !== undefined && ` · ${t.nextWindow(weekTime(state.nextAt, language, zone))}`}
          </p>
        </div>
      )
  }
}

type Failed = NonNullable<Extract<ServerRow['state'], { kind: 'ended' }>['failure']>

/** What the machine said, where the reason doesn't say it already; its code in any case. */
function Failure({ failure, said }: { failure: Failed; said: string }) {
  const { message, hresult } = failure
  const more = said.includes(message) ? '' : message
  if (more === '' && hresult === undefined) return null
  return (
    <p>
      {more} {hresult !== undefined && <code>{hresult}</code>}
    </p>
  )
}

export function Updates({ server }: { server: Pick<ServerRow, 'updates'> }) {
  const { t, language } = useReader()
  const { updateResults } = wordsOf(language)
  if (server.updates.length === 0) return null
  return (
    <ul className="updates" aria-label={t.updates}>
      {server.updates.map((update) => (
        <li key={update.id}>
          <b>{update.kb}</b> {update.title} ·{' '}
          <span className={update.result === 'failed' ? 'text-failed' : ''}>
            {updateResults[update.result]}
          </span>
          {update.hresult !== undefined && <code> {update.hresult}</code>}
        </li>
      ))}
    </ul>
  )
}

export function Lasting({ since, held }: { since: number; held: Held }) {
  const now = usePlanNow(held)
  return `${duration(Math.max(0, now - since))} …`
}
