import { Button } from '@fluentui/react-components'
import { useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { VerbButton } from '../verbButton.tsx'
import { BulkResults } from './bulkResults.tsx'
import { bulkVerbs, useBulk } from './useBulk.ts'
import type { ServerLine, useServers } from './useServers.ts'

interface BulkProps {
  readonly list: ReturnType<typeof useServers>['list']
  readonly servers: readonly ServerLine[]
  readonly chosen: readonly ServerLine[]
}

/** The same verb for several servers: the count first, then what became of each. */
export function Bulk({ list, servers, chosen }: BulkProps) {
  const { t } = useReader()
  const [filters, go] = useAddress()
  const { results, act, clear } = useBulk()
  const all = filters.ticked === 'all'
  const tickAll = async () => {
    // The count before the action is of all that fits, so all of it is read first.
    let page = list
    while (page.hasNextPage && !page.isError) page = { ...page, ...(await page.fetchNextPage()) }
    if (!page.isError) go({ ticked: 'all' })
  }
  const none = chosen.length === 0 ? t.tickFirst : undefined
  return (
    <>
      <div className="toolbar bulk" role="group" aria-label={t.bulk}>
        <Button
          size="small"
          disabled={servers.length === 0}
          onClick={() => {
            if (all) go({ ticked: [] })
            else void tickAll()
          }}
        >
          {all ? t.tickNone : t.tickAll}
        </Button>
        <span className="shown" role="status">
          {t.ticked(chosen.length)}
        </span>
        {bulkVerbs.map((verb) => (
          <VerbButton key={verb} why={none} onClick={() => act(verb, chosen)}>
            {t.bulkVerbs[verb]}
          </VerbButton>
        ))}
      </div>
      {results && <BulkResults results={results} onClose={clear} />}
    </>
  )
}
