import type { ClientList } from '../../../orchestrations/contracts/api.ts'
import { openSession, type Session } from '../../session.ts'
import { clientLines } from '../../show/board.ts'
import { controlText } from '../../show/client.ts'
import { ringName } from '../../show/ringState.ts'
import { inOrder } from '../../show/signs.ts'
import { table } from '../../show/table.ts'
import { wholeNumber } from '../numbers.ts'
import { campaignOfClient } from '../pick.ts'
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
    const isWanted = (row: { ring: number }) => ring === undefined || row.ring === ring
    const campaignId = await campaignOfClient(session, options.campaign)
    if (campaignId === undefined) {
      const clients = (await session.api.clients()).filter(isWanted)
      return session.show({ clients }, () => [
        ...knownLines(clients, session),
        '',
        t.clientCount(clients.length),
      ])
    }
    const board = await session.api.board(campaignId)
    const rows = inOrder(board.clients.filter(isWanted))
    session.show({ campaignId: board.campaign.campaignId, clients: rows }, () => [
      ...clientLines(board, rows, session, 'ids'),
      '',
      t.clientCount(rows.length),
    ])
  })
}

/** Without any campaign: what the inventory knows. */
function knownLines(clients: ClientList['clients'], session: Session): string[] {
  const { t, paint } = session
  return table([
    [t.client, 'id', t.ring, t.servers, t.withAgent, t.state].map((title) => paint('dim', title)),
    ...clients.map((client) => [
      client.name,
      client.clientId,
      ringName(client.ring, session),
      String(client.servers),
      String(client.enrolled),
      controlText(client.control, session),
    ]),
  ])
}
