import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import { CampaignId } from '../../orchestrations/domain/ids.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import { campaignState } from '../show/campaign.ts'

type Kind = CampaignHead['state']['kind']
const active: readonly Kind[] = ['approved', 'running', 'paused', 'carryingOver']

/** Those that have been approved or started and haven't ended. */
export async function campaignsUnderWay({ api }: Session): Promise<CampaignHead[]> {
  return (await api.campaigns()).filter((head) => active.includes(head.state.kind))
}

/** The campaign that was named; else the only one the verb can be for. Never guesses between two. */
export async function pickCampaign(
  session: Session,
  id: string | undefined,
  kinds: readonly Kind[] = active,
): Promise<string> {
  const { api, t } = session
  if (id !== undefined) return campaignId(session, id)
  const all = await api.campaigns()
  const fitting = [kinds, active].map((some) => all.filter((head) => some.includes(head.state.kind)))
  const candidates = fitting.find((heads) => heads.length > 0) ?? []
  const [only, ...others] = candidates
  if (!only) throw badInput(t.errors.noCampaign, t.errors.noCampaignFix)
  if (others.length === 0) return only.campaignId
  const names = candidates.map((head) => `${head.campaignId} (${campaignState(head.state, session)})`)
  throw badInput(t.errors.severalCampaigns(names.join(', ')), t.errors.severalCampaignsFix)
}

/** For verbs that only read: with no campaign under way, the newest one. */
export async function pickCampaignToRead(session: Session, id: string | undefined): Promise<string> {
  if (id !== undefined) return campaignId(session, id)
  const all = await session.api.campaigns()
  if (all.some((head) => active.includes(head.state.kind))) return pickCampaign(session, undefined)
  const newest = all.toSorted((a, b) => b.createdAt - a.createdAt)[0]
  if (!newest) throw badInput(session.t.errors.noCampaign, session.t.errors.noCampaignFix)
  return newest.campaignId
}

/** The one that is planned or approved; else as for reading. */
export async function pickCampaignToPrepare(session: Session, id: string | undefined): Promise<string> {
  const planned = (await session.api.campaigns()).filter(
    ({ state }) => state.kind === 'planned' || state.kind === 'approved',
  )
  return id === undefined && planned.length > 0
    ? pickCampaign(session, undefined, ['planned', 'approved'])
    : pickCampaignToRead(session, id)
}

/** For what is shown of a client: the campaign as above, or none at all. */
export async function campaignOfClient(
  session: Session,
  id: string | undefined,
): Promise<string | undefined> {
  if (id !== undefined) return campaignId(session, id)
  return (await session.api.campaigns()).length === 0 ? undefined : pickCampaignToRead(session, undefined)
}

export function campaignId({ t }: Session, text: string): CampaignId {
  const parsed = CampaignId.safeParse(text)
  if (!parsed.success) throw badInput(t.errors.notACampaign(text), t.errors.notACampaignFix)
  return parsed.data
}
