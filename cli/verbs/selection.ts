import type { Command } from 'commander'
import type { Selection } from '../../orchestrations/contracts/api.ts'
import { RingNumber } from '../../orchestrations/domain/ids.ts'
import { badInput } from '../failure.ts'
import type { Cli, Session } from '../session.ts'
import { listOf, wholeNumber } from './numbers.ts'
import { pickClients } from './pickClient.ts'
import { pickServer } from './pickServer.ts'

export interface SelectionOptions {
  readonly rings?: string
  readonly clients?: string
  readonly servers?: string[]
  readonly all?: true
}

/** Whom a plan is for. */
export function addSelection(command: Command, { t }: Cli): Command {
  return command
    .option('--rings <numbers>', t.options.rings)
    .option('--clients <clients>', t.options.clients)
    .option('--servers <servers...>', t.options.servers)
    .option('--all', t.options.all)
}

/** One of the four, said explicitly: nothing never means everything. Names become ids. */
export async function selectionOf(session: Session, options: SelectionOptions): Promise<Selection> {
  const { t } = session
  const { rings, clients, servers, all } = options
  const said = [rings, clients, servers, all].filter((one) => one !== undefined)
  if (said.length !== 1) throw badInput(said.length === 0 ? t.errors.noSelection : t.errors.twoSelections)
  if (rings !== undefined) {
    const numbers = someNames(rings, '--rings', t).map((text) => wholeNumber(text, 0, 3, '--rings', t))
    return { kind: 'rings', rings: numbers.map((number) => RingNumber.parse(number)) }
  }
  if (clients !== undefined)
    return {
      kind: 'clients',
      clients: await pickClients(session, someNames(clients, '--clients', t, /[,;]/)),
    }
  if (servers === undefined) return { kind: 'everything' }
  const ids = new Set<Awaited<ReturnType<typeof pickServer>>['serverId']>()
  for (const name of someNames(servers, '--servers', t)) ids.add((await pickServer(session, name)).serverId)
  return { kind: 'servers', servers: [...ids] }
}

function someNames(said: string | readonly string[], option: string, t: Session['t'], by?: RegExp): string[] {
  const names = listOf(said, by)
  if (names.length === 0) throw badInput(t.errors.emptySelection(option))
  return names
}

/** The clients of a selection, and its servers when they are named. */
export async function selectedClients(
  session: Session,
  selection: Selection,
): Promise<readonly string[] | 'all'> {
  switch (selection.kind) {
    case 'everything':
      return 'all'
    case 'clients':
      return selection.clients
    case 'servers':
      return [...new Set(selection.servers.map((id) => id.slice(0, id.indexOf('.'))))]
    case 'rings': {
      const wanted = new Set<number>(selection.rings)
      return (await session.api.clients())
        .filter(({ ring }) => wanted.has(ring))
        .map(({ clientId }) => clientId)
    }
  }
}
