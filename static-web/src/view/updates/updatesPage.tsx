import { useQuery } from '@tanstack/react-query'
import type { UpdateList } from '../../../../orchestrations/contracts/api.ts'
import { fold } from '../../../../orchestrations/contracts/words/measures.ts'
import { weekTime } from '../../model/times.ts'
import { useCommands } from '../commands.tsx'
import { useLiveBoard, useOperator, useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { SearchBox } from '../searchBox.tsx'
import { VerbButton } from '../verbButton.tsx'
import { Answered } from '../waiting.tsx'

type Line = UpdateList['updates'][number]

/** Each KB with how it went, those that fail first; a bad one can be blocked for everybody. */
export function UpdatesPage() {
  const { t } = useReader()
  const { api } = useOperator()
  const live = useLiveBoard()
  const [filters] = useAddress()
  const list = useQuery({
    queryKey: ['now', 'updates', live?.id],
    queryFn: () => api.updates(live?.id),
    refetchInterval: 10_000,
  })
  const wanted = fold(filters.search)
  const updates = (list.data?.updates ?? [])
    .filter((one) => fold(`${one.kb} ${one.title}`).includes(wanted))
    .toSorted(
      (a, b) => Number(!!b.blocked) - Number(!!a.blocked) || b.failed - a.failed || (a.kb < b.kb ? -1 : 1),
    )
  return (
    <div className="desk">
      <h1>{t.pages.updates}</h1>
      <p className="quiet">{t.updatesHint}</p>
      <div className="toolbar">
        <SearchBox label={t.searchUpdates} />
      </div>
      <Answered query={list} />
      {list.data && updates.length === 0 && <p className="nothing">{t.updatesNone}</p>}
      {updates.length > 0 && (
        <div className="plan-scroll" tabIndex={0} role="region" aria-label={t.pages.updates}>
          <table className="plan-table">
            <thead>
              <tr>
                <th scope="col">{t.update}</th>
                <th scope="col">{t.action}</th>
                <th scope="col">{t.done}</th>
                <th scope="col">{t.states.failed}</th>
                <th scope="col">{t.clients}</th>
                <th scope="col">{t.state}</th>
              </tr>
            </thead>
            <tbody>
              {updates.map((one) => (
                <Row key={one.kb} update={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}

function Row({ update }: { update: Line }) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { kb, blocked } = update
  const verb = blocked ? 'unblock' : 'block'
  const judge = async () => {
    const answers = await ask({
      title: blocked ? t.unblockTitle(kb) : t.blockTitle(kb),
      text: [blocked ? t.unblockText : t.blockText],
      confirm: t[verb],
      reason: 'required',
      danger: !blocked,
    })
    if (!answers) return
    const what = `${t[verb]} ${kb}`
    const send = () => api.judgeUpdate(kb, verb, answers.reason)
    await run({ what, send, say: () => t.acceptedPlain(what) })
  }
  return (
    <tr>
      <th scope="row">
        {kb}
        <span className="quiet update-title"> {update.title}</span>
      </th>
      <td>
        <VerbButton label={`${t[verb]} ${kb}`} onClick={judge}>
          {t[verb]}
        </VerbButton>
      </td>
      <td>{update.succeeded}</td>
      <td className={update.failed > 0 ? 'text-failed' : ''}>{update.failed}</td>
      <td>{t.failedAt(update.clientsFailed, update.clients)}</td>
      <td>
        {blocked
          ? t.blockedBy(
              blocked.actor === 'atlas' ? 'ATLAS' : blocked.actor,
              blocked.reason,
              `${weekTime(blocked.at, language, zone)} ${zone}`,
            )
          : t.notBlocked}
      </td>
    </tr>
  )
}
