import { Button } from '@fluentui/react-components'
import { useReader } from './context.tsx'

/** The rest of a long list, on demand; nothing when all of it is shown. */
export function ShowMore({ shown, all, onMore }: { shown: number; all: number; onMore: () => void }) {
  const { t } = useReader()
  if (shown >= all) return null
  return (
    <Button size="small" className="show-more" onClick={onMore}>
      {t.showMore(shown, all)}
    </Button>
  )
}
