import { openSession } from '../../session.ts'
import { clientLines } from '../../show/board.ts'
import { inOrder } from '../../show/signs.ts'
import { wholeNumber } from '../numbers.ts'
import { pickCampaignToRead } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addClientList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'clientList', 'list')
    .option('--ring <number>', t.options.ring)
    .option('--campaign <id>', t.options.campaign)
  command.action(async () => {
    const session = openSession(cli, command)
    const options = command.opts<{ ring?: string; campaign?: string }>()
    const ring = options.ring === undefined ? undefined : wholeNumber(options.ring, 0, 3, '--ring', t)
    const board = await session.api.board(await pickCampaignToRead(session, options.campaign))
    const rows = inOrder(board.clients.filter((row) => ring === undefined || row.ring === ring))
    session.show({ campaignId: board.campaign.campaignId, clients: rows }, () => [
      ...clientLines(board, rows, session, 'ids'),
      '',
      t.clientCount(rows.length),
    ])
  })
}
