import { exitCodes } from '../../failure.ts'
import { openSession } from '../../session.ts'
import { deliveryText } from '../../show/notices.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

/** Sends one test notice through each channel. */
export const addNoticeTest: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'noticeTest', 'test')
  command.action(async () => {
    const session = openSession(cli, command)
    if (isDryRun(command)) {
      const { channels } = await session.api.notices(1)
      return showTouched(session, command, touchesNoServer, channels)
    }
    const answer = await session.api.testNotices()
    const failed = answer.deliveries.filter(({ kind }) => kind === 'failed')
    if (failed.length > 0)
      cli.exitCode = failed.length < answer.deliveries.length ? exitCodes.partial : exitCodes.failure
    session.show(answer, () =>
      answer.deliveries.length === 0
        ? [t.noChannels]
        : answer.deliveries.map((delivery) => deliveryText(delivery, session)),
    )
  })
}
