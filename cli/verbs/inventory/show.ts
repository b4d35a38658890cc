import { openSession } from '../../session.ts'
import { ringName } from '../../show/ringState.ts'
import { table } from '../../show/table.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addInventoryShow: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'inventoryShow', 'show')
  command.action(async () => {
    const session = openSession(cli, command)
    const { t, paint } = session
    const summary = await session.api.inventory()
    session.show(summary, () => [
      paint('bold', t.inventory(summary.servers, summary.clients, summary.enrolled)),
      ...table([
        [t.ring, t.clients, t.servers].map((title) => paint('dim', title)),
        ...summary.rings.map(({ ring, clients, servers }) => [
          ringName(ring, session),
          String(clients),
          String(servers),
        ]),
      ]),
    ])
  })
}
