import { useState } from 'react'
import type { Preparation } from '../../../../orchestrations/contracts/api.ts'
import { dayTime } from '../../model/times.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { ShowMore } from '../showMore.tsx'
import { VerbButton } from '../verbButton.tsx'
import { Answered } from '../waiting.tsx'
import { PreparedClientCard } from './preparedClient.tsx'

interface PreparationViewProps {
  readonly query: Parameters<typeof Answered>[0]['query'] & { readonly data: Preparation | undefined }
  readonly campaignId: string
  /** Prepare can be repeated until START. */
  readonly started: boolean
}

const firstClients = 30
const caps = [2_000, 10_000, 50_000, 100_000] as const
const urgency = { noGo: 0, unknown: 1, waiting: 2, go: 3 } as const

/** The go / no-go list: what would keep a client from its night comes first. */
export function PreparationView({ query, campaignId, started }: PreparationViewProps) {
  const { t, language, zone } = useReader()
  const [count, setCount] = useState(firstClients)
  const preparation = query.data
  if (!preparation) return <Answered query={query} />
  const { state, counts } = preparation
  const clients = preparation.clients.toSorted(
    (a, b) =>
      urgency[a.verdict] - urgency[b.verdict] || b.counts.noGo - a.counts.noGo || (a.name < b.name ? -1 : 1),
  )
  const all = counts.waiting + counts.go + counts.noGo + counts.unknown
  const when = (at: number) => `${dayTime(at, language, zone)} ${zone}`
  return (
    <section aria-label={t.preparation}>
      <h2>{t.preparation}</h2>
      <p className="quiet">
        {state.kind === 'none' && t.preparationNone}
        {state.kind === 'running' && t.preparationRuns(state.by, when(state.startedAt))}
        {state.kind === 'ended' && t.preparationEnded(state.by, when(state.endedAt))}
      </p>
      {!started && <PrepareButton campaignId={campaignId} running={state.kind === 'running'} />}
      {state.kind !== 'none' && (
        <>
          <p role="status">{t.preparationCounts(counts)}</p>
          {state.kind === 'running' && (
            <progress max={Math.max(all, 1)} value={all - counts.waiting} aria-label={t.preparation} />
          )}
          <ul className="prepared">
            {clients.slice(0, count).map((client) => (
              <PreparedClientCard key={client.clientId} client={client} />
            ))}
          </ul>
          <ShowMore
            shown={Math.min(count, clients.length)}
            all={clients.length}
            onMore={() => setCount(clients.length)}
          />
        </>
      )}
    </section>
  )
}

function PrepareButton({ campaignId, running }: { campaignId: string; running: boolean }) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const prepare = async () => {
    const answers = await ask({
      title: t.prepareTitle,
      text: t.prepareText,
      confirm: t.prepare,
      reason: 'none',
      choice: {
        label: t.prepareDownload,
        options: [
          { value: 'free', label: t.downloadFree },
          ...caps.map((cap) => ({ value: String(cap), label: t.downloadCapped(cap / 1000) })),
          { value: 'none', label: t.downloadNone },
        ],
      },
    })
    if (!answers) return
    const cap = Number(answers.choice)
    const body = {
      download: answers.choice !== 'none',
      ...(Number.isInteger(cap) && cap > 0 ? { maxKilobitsPerSecond: cap } : {}),
    }
    await run({
      what: t.prepare,
      send: () => api.prepare(campaignId, body),
      say: () => t.acceptedPlain(t.prepare),
    })
  }
  return (
    <div className="verbs">
      <VerbButton why={running ? t.preparationBusy : undefined} onClick={prepare}>
        {t.prepare}
      </VerbButton>
    </div>
  )
}
