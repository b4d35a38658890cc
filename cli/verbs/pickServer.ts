import type { ServerLine } from '../../orchestrations/contracts/api.ts'
import { fold } from '../../orchestrations/contracts/words/index.ts'
import { ServerId } from '../../orchestrations/domain/ids.ts'
import { absent } from '../api/absent.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import { someOf } from './pickClient.ts'

/** What is enough to act on a server and to say what became of it. */
export type Picked = Pick<ServerLine, 'serverId' | 'clientId' | 'host' | 'state' | 'clientName'>

const mostCandidates = 50

interface Where {
  readonly client?: string | undefined
  readonly campaign?: string | undefined
}

/**
 * A server by its id (`client.host`), its host name, or a part of it that no other has; `where` narrows the
 * search. Ambiguous is bad input, with the candidates: two clients may each have a DC01.
 */
export async function pickServer(session: Session, text: string, where: Where = {}): Promise<Picked> {
  const { api, t } = session
  const wanted = fold(text)
  const id = ServerId.safeParse(wanted)
  const byId = id.success ? await api.server(id.data, where.campaign).catch(absent) : undefined
  if (byId) return { ...byId, state: byId.runs[0]?.state ?? byId.state }
  const found = await api.servers({ ...where, q: text }, mostCandidates)
  const exact = found.filter(({ host }) => fold(host) === wanted || fold(host).split('.')[0] === wanted)
  const candidates = exact.length > 0 ? exact : found
  const [only, ...others] = candidates
  if (!only) throw badInput(t.errors.noServerCalled(text), t.errors.noServerCalledFix)
  if (others.length === 0) return only
  const ids = candidates.map(({ serverId }) => serverId)
  throw badInput(t.errors.severalServers(text, someOf(ids, t)), t.errors.severalServersFix)
}
