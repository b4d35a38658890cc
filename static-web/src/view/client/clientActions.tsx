import { Pause16Regular, Play16Regular } from '@fluentui/react-icons'
import type { ClientShow } from '../../../../orchestrations/contracts/api.ts'
import type { ClientRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { useClientControl } from '../clientControl.ts'
import { useReader } from '../context.tsx'
import { PageLink } from '../navigation.tsx'
import { VerbButton } from '../verbButton.tsx'
import { useClientVerbs } from './clientVerbs.ts'

interface ClientActionsProps {
  readonly row: ClientRow
  readonly held: Held
  readonly show: ClientShow | undefined
}

export function ClientActions({ row, held, show }: ClientActionsProps) {
  const { t } = useReader()
  const { verb, control } = useClientControl(row, held)
  const verbs = useClientVerbs(row, held)
  const stopped = row.state.kind === 'stopped' || show?.control.kind === 'stopped'
  return (
    <div className="verbs">
      {verb && (
        <VerbButton
          icon={verb === 'pause' ? <Pause16Regular /> : <Play16Regular />}
          appearance="primary"
          onClick={control}
        >
          {t[verb]}
        </VerbButton>
      )}
      {!stopped && row.state.kind !== 'ended' && <VerbButton onClick={verbs.stop}>{t.stopClient}</VerbButton>}
      {show?.excluded ? (
        <VerbButton onClick={verbs.include}>{t.include}</VerbButton>
      ) : (
        <VerbButton onClick={verbs.exclude}>{t.exclude}</VerbButton>
      )}
      {show?.lock.owner !== undefined && <VerbButton onClick={verbs.unlock}>{t.unlock}</VerbButton>}
      <PageLink to={{ page: 'report', about: row.clientId }}>{t.reportOf}</PageLink>
    </div>
  )
}
