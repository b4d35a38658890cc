import { openSession } from '../../session.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { buildNamed } from './build.ts'

export const addEvidenceUnwaive: AddVerb = (parent, cli) => {
  const command = newChange(parent, cli, 'evidenceUnwaive', 'unwaive').argument('<build>', cli.t.args.build)
  command.action(async (text: string) => {
    const session = openSession(cli, command)
    const build = buildNamed(text, session)
    if (isDryRun(command)) return showTouched(session, command, touchesNoServer, [`Windows ${build}`])
    await session.api.removeBuildWaiver(build)
    session.show({ build }, () => [session.t.buildWaiverRemoved(build)])
  })
}
