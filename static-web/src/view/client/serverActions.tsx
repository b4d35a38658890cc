import type { ServerShow } from '../../../../orchestrations/contracts/api.ts'
import type { ServerRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { useReader } from '../context.tsx'
import { VerbButton } from '../verbButton.tsx'
import { useServerVerbs } from './serverVerbs.ts'

interface ServerActionsProps {
  readonly server: ServerRow
  readonly show: ServerShow | undefined
  readonly held: Held
}

/** What fits the server's state, in the words of the CLI. */
export function ServerActions({ server, show, held }: ServerActionsProps) {
  const { t } = useReader()
  const verbs = useServerVerbs(server, held)
  const { state } = server
  const ended = state.kind === 'ended' ? state.outcome : undefined
  const canRetry = ended !== undefined && ended !== 'succeeded'
  const canResolve = ended === 'needsOperator' || state.kind === 'unknown'
  const of = (verb: string) => `${verb} ${server.host}`
  return (
    <div className="verbs">
      {canRetry && (
        <VerbButton appearance="primary" onClick={verbs.retry} label={of(t.retryServer)}>
          {t.retryServer}
        </VerbButton>
      )}
      {canResolve && (
        <VerbButton onClick={verbs.resolve} label={of(t.resolve)}>
          {t.resolve}
        </VerbButton>
      )}
      {show?.quarantined && (
        <VerbButton onClick={verbs.trust} label={of(t.trust)}>
          {t.trust}
        </VerbButton>
      )}
      {show?.enrolled === true && state.kind !== 'running' && (
        <VerbButton onClick={verbs.forget} label={of(t.forget)}>
          {t.forget}
        </VerbButton>
      )}
      {show?.excluded ? (
        <VerbButton onClick={verbs.include} label={of(t.include)}>
          {t.include}
        </VerbButton>
      ) : (
        <VerbButton onClick={verbs.exclude} label={of(t.exclude)}>
          {t.exclude}
        </VerbButton>
      )}
      {show?.waiver ? (
        <VerbButton onClick={verbs.unwaive} label={of(t.waiverRemove)}>
          {t.waiverRemove}
        </VerbButton>
      ) : (
        <VerbButton onClick={verbs.waive} label={of(t.waiverAdd)}>
          {t.waiverAdd}
        </VerbButton>
      )}
    </div>
  )
}
