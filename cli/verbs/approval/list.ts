import { openSession } from '../../session.ts'
import { approvalLines } from '../../show/approvals.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addApprovalList: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'approvalList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const approvals = await session.api.approvals()
    session.show({ approvals }, () => approvalLines(approvals, session))
  })
}
