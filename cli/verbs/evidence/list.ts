import { openSession } from '../../session.ts'
import { evidenceLines } from '../../show/evidence.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addEvidenceList: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'evidenceList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const [list, waivers] = await Promise.all([session.api.evidence(), session.api.buildWaivers()])
    session.show({ ...list, waivers }, () => evidenceLines(list, waivers, session))
  })
}
