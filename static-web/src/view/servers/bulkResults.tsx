import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useReader } from '../context.tsx'
import { ShowMore } from '../showMore.tsx'
import type { BulkRun } from './useBulk.ts'

const first = 30

/** What became of each server, refusals first. */
export function BulkResults({ results: run, onClose }: { results: BulkRun; onClose: () => void }) {
  const { t } = useReader()
  const [count, setCount] = useState(first)
  const { results, verb } = run
  const ended = results.filter(({ end }) => end)
  const accepted = ended.filter(({ end }) => end?.accepted).length
  const sorted = ended.toSorted((a, b) => Number(a.end?.accepted) - Number(b.end?.accepted))
  return (
    <section className="bulk-results" aria-label={t.bulkResults}>
      <p role="status">
        <b>{t.bulkVerbs[verb]}</b> {t.bulkDone(ended.length, results.length, accepted)}
      </p>
      <progress max={results.length} value={ended.length} aria-label={t.bulkResults} />
      <ul className="lines">
        {sorted.slice(0, count).map(({ server, end }) => (
          <li key={server.serverId}>
            <b>{server.host}</b> {server.clientName}{' '}
            <span className={end?.accepted ? 'text-succeeded' : 'text-failed'}>{end?.text}</span>
          </li>
        ))}
      </ul>
      <ShowMore
        shown={Math.min(count, ended.length)}
        all={ended.length}
        onMore={() => setCount(count + 200)}
      />
      <Button size="small" onClick={onClose}>
        {t.dismiss}
      </Button>
    </section>
  )
}
