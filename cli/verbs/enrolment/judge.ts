import { openSession } from '../../session.ts'
import { changeEach } from '../several.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

/** Hosts that ask to be enrolled and aren't in the inventory. */
export function enrolmentVerb(
  verb: 'approve' | 'refuse',
  name: 'enrolmentApprove' | 'enrolmentRefuse',
): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('<id...>', t.args.enrolments)
      .option('--reason <text>', t.options.reason, '')
    command.action(async (ids: string[]) => {
      const session = openSession(cli, command)
      const targets = [...new Set(ids)].map((id) => ({ id }))
      const servers = targets.length
      if (isDryRun(command)) return showTouched(session, command, { ...touchesNoServer, servers }, ids)
      const { reason } = command.opts<{ reason: string }>()
      await changeEach(
        session,
        targets,
        async ({ id }) => {
          await session.api.judgeEnrolment(id, verb, reason)
          return { enrolmentId: id }
        },
        () => (verb === 'approve' ? t.enrolled : t.enrolmentRefused),
      )
    })
  }
}
