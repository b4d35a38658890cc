import { Button, Spinner } from '@fluentui/react-components'
import { refusalText } from './commands.tsx'
import { useReader } from './context.tsx'

/** Nothing to show yet: still asking, or why not and what to do. */
export function Waiting({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) {
  const { t } = useReader()
  return (
    <main className="card-page">
      <div className="card">
        <h1 className="brand">ATLAS</h1>
        {error ? <p role="alert">{refusalText(error, t)}</p> : <Spinner label={t.loading} />}
        {error && onRetry ? <Button onClick={() => void onRetry()}>{t.retry}</Button> : null}
      </div>
    </main>
  )
}
