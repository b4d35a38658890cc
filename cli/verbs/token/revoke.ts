import { openSession } from '../../session.ts'
import { changeEach } from '../several.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addTokenRevoke: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'tokenRevoke', 'revoke').argument('<id...>', t.args.tokens)
  command.action(async (ids: string[]) => {
    const session = openSession(cli, command)
    if (isDryRun(command)) return showTouched(session, command, touchesNoServer, ids)
    await changeEach(
      session,
      [...new Set(ids)].map((id) => ({ id })),
      async ({ id }) => {
        await session.api.revokeToken(id)
        return { id }
      },
      () => t.tokenRevoked,
    )
  })
}
