import { openSession } from '../../session.ts'
import { table } from '../../show/table.ts'
import { dayTime } from '../../show/times.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addTokenList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'tokenList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const { paint, language, zone } = session
    const tokens = await session.api.tokens()
    session.show({ tokens }, () =>
      tokens.length === 0
        ? [t.noTokens]
        : table([
            ['id', t.client, t.hostsLeft, t.validUntil, t.issuedBy].map((title) => paint('dim', title)),
            ...tokens.map(({ id, clientId, left, expiresAt, issuedBy }) => [
              id,
              clientId,
              String(left),
              dayTime(expiresAt, language, zone),
              issuedBy,
            ]),
          ]),
    )
  })
}
