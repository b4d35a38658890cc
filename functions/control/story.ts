import { clientName, type ClientInput } from '../../orchestrations/campaign/client.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import { placeAgain } from '../activities/runs.ts'
import type { Durable, Services } from '../services.ts'
import { ensureInstance } from './instances.ts'

/** A further story of a client, beside those of its ring: started where servers got a place after theirs ended. */
export interface Story {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly pass: number
  readonly name: string
}

/** Names the story that is to take up what this transaction gives a place: no other transaction has its number. */
export const nextStory = (partition: Partition): string => `s${partition.head.sequence + 1}`

export const storyInstance = ({ campaignId, clientId, pass, name }: Story): string =>
  `${campaignId}:p${pass}:${clientId}:${name}`

/** A place given back by an operator or by what was mended, to be taken up by a story of its own. */
export function placeFor(
  run: RunRow,
  state: Extract<RunRow['state'], { kind: 'pending' }>,
  story: string,
): RunRow {
  return { ...placeAgain(run, state), story }
}

/** The pass that a client is in. */
export const passOf = (runs: readonly RunRow[]): number => Math.max(0, ...runs.map((run) => run.pass))

/**
 * Starts a client's further story, once. It takes its turns from the same rows, under the same lock, as every
 * other story of the client: however many there are, no more servers are under way than the client allows.
 */
export async function startStory(services: Services, durable: Durable, story: Story): Promise<void> {
  const { campaignId, clientId, pass, name } = story
  const plan = await services.campaigns.planHeader(campaignId)
  const ring = plan.rings.find(({ clients }) => clients.includes(clientId))?.ring
  if (ring === undefined) throw new Error(`Client ${clientId} is in no ring of campaign ${campaignId}`)
  const input: ClientInput = { campaignId, clientId, ring, pass, story: name }
  await services.live.flush(campaignId, clientId)
  await ensureInstance(durable, clientName, storyInstance(story), input)
}
