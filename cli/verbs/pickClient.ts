import type { ClientList } from '../../orchestrations/contracts/api.ts'
import { fold } from '../../orchestrations/contracts/words/index.ts'
import { fleetLedger, type ClientId } from '../../orchestrations/domain/ids.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'

type Known = ClientList['clients'][number]
const candidatesShown = 10

/** A client by its id, its name, or a part of either that no other has; letter case and accents don't count. */
export async function pickClient(session: Session, text: string): Promise<ClientId> {
  return clientAmong(session, await session.api.clients(), text).clientId
}

/** Whose ledger: a client's, or the fleet's own by its reserved name. */
export async function pickLedger(session: Session, text: string): Promise<ClientId> {
  return text === fleetLedger ? fleetLedger : pickClient(session, text)
}

/** Several, with one look at the list; each once. */
export async function pickClients(session: Session, texts: readonly string[]): Promise<ClientId[]> {
  const known = await session.api.clients()
  return [...new Set(texts.map((text) => clientAmong(session, known, text).clientId))]
}

function clientAmong({ t }: Session, known: readonly Known[], text: string): Known {
  const wanted = fold(text)
  const exact = known.filter(({ clientId, name }) => clientId === wanted || fold(name) === wanted)
  const part = known.filter(
    ({ clientId, name }) => wanted !== '' && (clientId.includes(wanted) || fold(name).includes(wanted)),
  )
  const byId = exact.filter(({ clientId }) => clientId === wanted)
  const found = [byId, exact, part].find((some) => some.length > 0) ?? []
  const [only, ...others] = found
  if (!only) throw badInput(t.errors.noClient(text), t.errors.noClientFix)
  if (others.length > 0) {
    const ids = found.map(({ clientId }) => clientId)
    throw badInput(t.errors.severalClients(text, someOf(ids, t)))
  }
  return only
}

/** The first of many names, and how many more there are. */
export function someOf(ids: readonly string[], t: Session['t']): string {
  const shown = ids.slice(0, candidatesShown).join(', ')
  return ids.length > candidatesShown ? `${shown} ${t.errors.more(ids.length - candidatesShown)}` : shown
}
