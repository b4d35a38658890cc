import { openSession } from '../../session.ts'
import { table } from '../../show/table.ts'
import { dayTime } from '../../show/times.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addEnrolmentList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'enrolmentList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const { paint, language, zone } = session
    const enrolments = await session.api.enrolments()
    session.show({ enrolments }, () =>
      enrolments.length === 0
        ? [t.noEnrolments]
        : table([
            ['id', t.client, t.host, t.since, t.agent, t.thumbprint].map((title) => paint('dim', title)),
            ...enrolments.map((one) => [
              one.enrolmentId,
              one.clientId,
              one.host,
              dayTime(one.askedAt, language, zone),
              one.agentVersion,
              one.thumbprint,
            ]),
          ]),
    )
  })
}
