import type { BuildWaiverBody } from '../../../orchestrations/contracts/api.ts'
import { TaskKind, taskKinds } from '../../../orchestrations/contracts/tasks.ts'
import { badInput } from '../../failure.ts'
import { openSession, type Session } from '../../session.ts'
import { buildWaiverLines } from '../../show/evidence.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { planTime } from '../when.ts'
import { buildNamed } from './build.ts'

interface Options {
  readonly kinds: string
  readonly reason: string
  readonly until: string
}

export const addEvidenceWaive: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'evidenceWaive', 'waive')
    .argument('<build>', t.args.build)
    .requiredOption('--kinds <kinds>', t.options.kinds)
    .requiredOption('--until <when>', t.options.untilWaiver)
    .requiredOption('--reason <text>', t.options.reasonNeeded)
  command.action(async (text: string) => {
    const session = openSession(cli, command)
    const { kinds: named, reason, until: when } = command.opts<Options>()
    const build = buildNamed(text, session)
    const kinds = kindsNamed(named, session)
    const until = (await planTime(session, when)) ?? 0
    if (isDryRun(command))
      return showTouched(session, command, touchesNoServer, [`Windows ${build}: ${named}`])
    const waiver = await session.api.addBuildWaiver({ build, kinds, reason, until })
    session.show(waiver, () => buildWaiverLines([waiver], session))
  })
}

function kindsNamed(text: string, { t }: Pick<Session, 't'>): BuildWaiverBody['kinds'] {
  if (text === 'all') return 'all'
  return text.split(',').map((name) => {
    const kind = TaskKind.safeParse(name.trim())
    if (kind.success) return kind.data
    throw badInput(t.errors.notAKind(name.trim()), t.errors.notAKindFix(taskKinds.join(', ')))
  })
}
