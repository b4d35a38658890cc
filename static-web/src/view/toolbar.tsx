import { Button, Input, Select } from '@fluentui/react-components'
import { Grid20Regular, List20Regular, Search16Regular } from '@fluentui/react-icons'
import { memo, useMemo } from 'react'
import type { ClientRow } from '../../../orchestrations/contracts/board.ts'
import { type Filters, shown as showKinds, sorts } from '../model/address.ts'
import { countsOf } from '../model/rows.ts'
import { cellOrder } from '../model/vocabulary.ts'
import { Sign } from './cells.tsx'
import { useReader } from './context.tsx'
import { useAddress } from './hooks.ts'

interface ToolbarProps {
  readonly filters: Filters
  readonly shown: number
  readonly rows: readonly ClientRow[]
}

export const Toolbar = memo(function Toolbar({ filters, shown, rows }: ToolbarProps) {
  const { t } = useReader()
  const [, go] = useAddress()
  return (
    <div className="toolbar">
      <Input
        className="search"
        type="search"
        size="small"
        aria-label={t.search}
        placeholder={t.search}
        contentBefore={<Search16Regular />}
        value={filters.search}
        onChange={(_, { value }) => go({ search: value })}
      />
      <Select
        size="small"
        aria-label={t.show}
        value={filters.show}
        onChange={(_, { value }) => go({ show: value as Filters['show'] })}
      >
        {showKinds.map((one) => (
          <option key={one} value={one}>
            {t.showKinds[one]}
          </option>
        ))}
      </Select>
      <Select
        size="small"
        aria-label={t.ring}
        value={filters.ring ?? ''}
        onChange={(_, { value }) => go({ ring: value === '' ? undefined : Number(value) })}
      >
        <option value="">{t.allRings}</option>
        {t.ringNames.map((name, ring) => (
          <option key={name} value={ring}>
            {ring} {name}
          </option>
        ))}
      </Select>
      <Select
        size="small"
        aria-label={t.sort}
        value={filters.sort}
        onChange={(_, { value }) => go({ sort: value as Filters['sort'] })}
      >
        {sorts.map((one) => (
          <option key={one} value={one}>
            {t.sortKinds[one]}
          </option>
        ))}
      </Select>
      <span className="shown">{t.shown(shown, rows.length)}</span>
      <span className="spacer" />
      <div className="view-switch" role="group" aria-label={t.show}>
        <Button
          size="small"
          appearance={filters.view === 'list' ? 'primary' : 'secondary'}
          icon={<List20Regular />}
          aria-pressed={filters.view === 'list'}
          onClick={() => go({ view: 'list' })}
        >
          {t.viewList}
        </Button>
        <Button
          size="small"
          appearance={filters.view === 'tiles' ? 'primary' : 'secondary'}
          icon={<Grid20Regular />}
          aria-pressed={filters.view === 'tiles'}
          onClick={() => go({ view: 'tiles' })}
        >
          {t.viewTiles}
        </Button>
      </div>
      <Legend rows={rows} />
    </div>
  )
})

/** The signs that stand on this board, with their words. */
function Legend({ rows }: { rows: readonly ClientRow[] }) {
  const { t } = useReader()
  const present = useMemo(() => {
    const counts = countsOf(rows.map((row) => row.cells).join(''))
    return cellOrder.filter((name) => counts[name] > 0)
  }, [rows])
  return (
    <ul className="legend" aria-label={t.legend}>
      {present.map((name) => (
        <li key={name}>
          <Sign name={name} /> {t.states[name]}
        </li>
      ))}
    </ul>
  )
}
