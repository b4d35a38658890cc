import { remaining } from '../../orchestrations/contracts/remaining.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { openSession } from '../session.ts'
import { boardLines } from '../show/board.ts'
import { watch } from './watch.ts'
import { pickCampaignToRead } from './pick.ts'
import { newVerb, type AddVerb } from './verb.ts'

export const addStatus: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'status', 'status')
    .argument('[id]', t.args.campaign)
    .option('--watch', t.options.watch)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const campaignId = await pickCampaignToRead(session, id)
    if (command.opts<{ watch?: true }>().watch) return watch(session, campaignId)
    const board = await session.api.board(campaignId)
    const figures = {
      totals: totals(board.clients),
      remaining: remaining(board.clients, board.rings, board.clocks.plan) ?? null,
    }
    session.show({ ...board, ...figures }, () => boardLines(board, session))
  })
}
