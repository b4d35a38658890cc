import { Input } from '@fluentui/react-components'
import { Search16Regular } from '@fluentui/react-icons'
import { useAddress } from './hooks.ts'

/** The search of the address. */
export function SearchBox({ label }: { label: string }) {
  const [filters, go] = useAddress()
  return (
    <Input
      className="search"
      type="search"
      size="small"
      aria-label={label}
      placeholder={label}
      contentBefore={<Search16Regular />}
      value={filters.search}
      onChange={(_, { value }) => go({ search: value, ticked: [] })}
    />
  )
}
