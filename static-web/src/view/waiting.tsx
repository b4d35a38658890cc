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

export function Loading() {
  const { t } = useReader()
  return (
    <div className="nothing">
      <Spinner label={t.loading} />
    </div>
  )
}

interface AnsweredProps {
  readonly query: {
    readonly error: unknown
    readonly isPending: boolean
    readonly data: unknown
    readonly refetch: () => unknown
  }
}

/** What a list that is still being asked for, or could not be, shows instead; nothing once it is there. */
export function Answered({ query }: AnsweredProps) {
  const { t } = useReader()
  if (query.error) {
    return (
      <div className="failed-answer" role="alert">
        <p>{refusalText(query.error, t)}</p>
        <Button size="small" onClick={() => void query.refetch()}>
          {t.retry}
        </Button>
      </div>
    )
  }
  return query.isPending ? <Loading /> : null
}
