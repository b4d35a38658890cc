import { fold } from '../../orchestrations/contracts/words/index.ts'
import { ClientId } from '../../orchestrations/domain/ids.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import { pickCampaignToRead } from './pick.ts'

/** A client by its id, or by its name as the board spells it (letter case and accents don't count). */
export async function pickClient(session: Session, text: string): Promise<ClientId> {
  const id = ClientId.safeParse(text)
  if (id.success) return id.data
  const { api, t } = session
  const { clients } = await api.board(await pickCampaignToRead(session, undefined))
  const found = clients.filter((row) => fold(row.name) === fold(text))
  const [only, ...others] = found
  if (!only) throw badInput(t.errors.noClient(text), t.errors.noClientFix)
  if (others.length > 0)
    throw badInput(t.errors.severalClients(text, found.map((row) => row.clientId).join(', ')))
  return only.clientId
}
