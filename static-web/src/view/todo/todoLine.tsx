import type { TodoItem } from '../../../../orchestrations/contracts/api.ts'
import type { Filters } from '../../model/address.ts'
import { weekTime } from '../../model/times.ts'
import type { SignName } from '../../model/vocabulary.ts'
import type { Texts } from '../../texts/index.ts'
import { reasonText } from '../../texts/reasons.ts'
import { Sign } from '../cells.tsx'
import { useOperator, useReader } from '../context.tsx'
import { planAtOf, planNowOf, useLive } from '../hooks.ts'
import { PageLink } from '../navigation.tsx'
import { VerbButton } from '../verbButton.tsx'
import { useTodoVerbs } from './todoVerbs.ts'

const signs: Readonly<Record<TodoItem['kind'], SignName>> = {
  needsOperator: 'needsOperator',
  unknown: 'unknown',
  quarantined: 'excluded',
  ringWaits: 'held',
  stopRaised: 'stopped',
  clientPaused: 'paused',
  clientStopped: 'stopped',
  lockTimeout: 'held',
  checkpointLeft: 'skipped',
  jobHeld: 'held',
  vmOnPartner: 'carriedOver',
  waiverEnding: 'pending',
  updateBlocked: 'excluded',
  enrolmentWaiting: 'notEnrolled',
  approvalWaiting: 'pending',
}

/** One open item: what, where, since when, who has it, and what people have said of it. */
export function TodoLine({ item }: { item: TodoItem }) {
  const { t, language, zone } = useReader()
  const { me } = useOperator()
  const { held } = useLive()
  const when = (at: number) => weekTime(at, language, zone)
  const now = planNowOf(held)
  const about = aboutOf(item, t)
  const named = about === '' ? t.todoKinds[item.kind] : about
  const verbs = useTodoVerbs(item, named)
  const late = item.decideAt !== undefined && item.decideAt < now
  return (
    <li className="todo-item">
      <div className="todo-what">
        <Sign name={signs[item.kind]} />
        <div>
          <PageLink to={causeOf(item)} className="todo-about">
            {named}
          </PageLink>{' '}
          {about !== '' && <span className="quiet">{t.todoKinds[item.kind]}</span>}
          <p>{reasonText(item.reason, language, zone, now)}</p>
          <p className="quiet">
            {t.since(when(item.since))}
            {item.until !== undefined && ` · ${t.endsItself(when(item.until))}`} {zone}
          </p>
        </div>
      </div>
      <div className="todo-who">
        <p>
          {item.takenBy === undefined ? (
            <span className="quiet">{t.takenByNobody}</span>
          ) : (
            <b>{t.takenBy(item.takenBy)}</b>
          )}
          {item.decideAt !== undefined && (
            <span className={late ? 'text-failed' : 'quiet'}> · {t.decidesAt(when(item.decideAt))}</span>
          )}
        </p>
        {item.notes.length > 0 && (
          <ul className="notes">
            {item.notes.map((note) => (
              <li key={`${note.at} ${note.by}`}>
                <span className="quiet">
                  {when(planAtOf(held, note.at))} {note.by}:
                </span>{' '}
                {note.text}
              </li>
            ))}
          </ul>
        )}
        <div className="verbs">
          {item.takenBy === undefined && (
            <VerbButton label={t.takeOf(named)} onClick={verbs.take}>
              {t.take}
            </VerbButton>
          )}
          {item.takenBy === me.name && (
            <VerbButton label={t.giveBackOf(named)} onClick={verbs.giveBack}>
              {t.giveBack}
            </VerbButton>
          )}
          {item.takenBy !== undefined && item.takenBy !== me.name && (
            <VerbButton label={t.takeOverOf(named)} onClick={verbs.takeOver}>
              {t.takeOver}
            </VerbButton>
          )}
          <VerbButton label={t.noteOf(named)} onClick={verbs.note}>
            {t.note}
          </VerbButton>
        </div>
      </div>
    </li>
  )
}

/** Whom or what an item is about; empty when its kind says it all. */
export function aboutOf({ clientName, host, ring, kind, reason }: TodoItem, t: Texts): string {
  const kb = kind === 'updateBlocked' ? reason.params?.['kb'] : undefined
  return [clientName, host, ring === undefined ? '' : `${t.ring} ${ring}`, kb].filter(Boolean).join(' · ')
}

/** Where the cause can be acted upon. */
function causeOf({ kind, campaignId, clientId, serverId, ring }: TodoItem): Partial<Filters> {
  const campaign = campaignId === undefined ? {} : { campaign: campaignId }
  if (kind === 'updateBlocked') return { page: 'updates', ...campaign }
  if (kind === 'enrolmentWaiting' || kind === 'approvalWaiting') return { page: 'todo' }
  if (clientId !== undefined) {
    const facts = kind === 'waiverEnding' || kind === 'checkpointLeft' ? { tab: 'facts' as const } : {}
    return { page: 'board', ...campaign, client: clientId, ...(serverId ? { server: serverId } : facts) }
  }
  return { page: 'board', ...campaign, ...(ring === undefined ? {} : { ring }) }
}
