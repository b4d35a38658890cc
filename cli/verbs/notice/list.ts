import { openSession } from '../../session.ts'
import { noticeLines } from '../../show/notices.ts'
import { wholeNumber } from '../numbers.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addNoticeList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'noticeList', 'list').option(
    '--limit <number>',
    t.options.limitNotices,
    '50',
  )
  command.action(async () => {
    const session = openSession(cli, command)
    const limit = wholeNumber(command.opts<{ limit: string }>().limit, 1, 10_000, '--limit', t)
    const list = await session.api.notices(limit)
    session.show(list, () => noticeLines(list, session))
  })
}
