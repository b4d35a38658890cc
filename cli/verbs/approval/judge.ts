import { openSession } from '../../session.ts'
import { approvalLines } from '../../show/approvals.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

/** What the second person says. */
export function approvalVerb(
  verb: 'approve' | 'refuse',
  name: 'approvalApprove' | 'approvalRefuse',
): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('<id>', t.args.approval)
      .option('--reason <text>', t.options.reason, '')
    command.action(async (id: string) => {
      const session = openSession(cli, command)
      if (isDryRun(command)) return showTouched(session, command, touchesNoServer, [id])
      const { reason } = command.opts<{ reason: string }>()
      const approval = await session.api.judgeApproval(id, verb, reason)
      session.show(approval, () => approvalLines([approval], session))
    })
  }
}
