import { setTimeout as delay } from 'node:timers/promises'
import { LedgerVerdict } from '../../orchestrations/contracts/api.ts'
import { ClientDetail, type Board } from '../../orchestrations/contracts/board.ts'
import type { Api } from '../../infra/local/start/api.ts'
import { isOver, knownCampaign, readBoard } from '../../infra/local/start/campaign.ts'

/** How one server ended, as the API tells it. */
export interface Outcome {
  readonly outcome: string
  readonly reason: string
  /** Commands with their attempts and ends, in the order of issue: evidence, never compared. */
  readonly steps: string
}

export interface Ending {
  readonly board: Board
  /** By serverId. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** One line for each ledger that doesn't verify. */
  readonly brokenLedgers: readonly string[]
}

const lookEveryMs = 1_000

/**
 * How it ended, read while nothing is under way: what was carried over may have its next window, and be begun again,
 * while the servers are read one client after the other. Then the end of that pass is the one that is read.
 */
export async function readEndingAtRest(api: Api): Promise<Ending> {
  for (;;) {
    const before = await stateAtRest(api)
    if (before !== undefined) {
      const ending = await readEnding(api)
      if ((await stateAtRest(api)) === before) return ending
    }
    await delay(lookEveryMs)
  }
}

/** Undefined while servers may be under way. */
async function stateAtRest(api: Api): Promise<string | undefined> {
  const campaign = await knownCampaign(api)
  if (campaign === undefined) return undefined
  const board = await readBoard(api, campaign.campaignId)
  return isOver(board) ? JSON.stringify(board.campaign.state) : undefined
}

/** Reads, over the operator's API, how every server ended, and lets every ledger be verified. */
export async function readEnding(api: Api): Promise<Ending> {
  const campaign = await knownCampaign(api)
  if (!campaign) throw new Error('There is no campaign')
  const board = await readBoard(api, campaign.campaignId)
  const outcomes = new Map<string, Outcome>()
  const brokenLedgers: string[] = []
  const clients = board.clients.values()
  const reader = async (): Promise<void> => {
    for (const { clientId } of clients) {
      const { servers } = await api.get(`campaigns/${campaign.campaignId}/clients/${clientId}`, ClientDetail)
      for (const { serverId, state, steps } of servers) {
        const told = steps.map((step) => `${step.step}#${step.attempt}:${step.outcome ?? 'open'}`)
        const [outcome, reason] =
          state.kind === 'ended' ? [state.outcome, state.reason?.code ?? ''] : [state.kind, '']
        outcomes.set(serverId, { outcome, reason, steps: told.join(' ') })
      }
      const verdict = await api.get(`ledger/${clientId}/verify`, LedgerVerdict)
      if (verdict.kind !== 'intact') brokenLedgers.push(`${clientId}: ${verdict.message}`)
    }
  }
  await Promise.all(Array.from({ length: 4 }, reader))
  return { board, outcomes, brokenLedgers }
}

/** One line for each server that ended otherwise than in the other run. */
export function differences(
  expected: ReadonlyMap<string, Outcome>,
  found: ReadonlyMap<string, Outcome>,
): string[] {
  const ids = new Set([...expected.keys(), ...found.keys()])
  const tell = (outcome: Outcome | undefined): string =>
    outcome === undefined ? 'missing' : `${outcome.outcome} (${outcome.reason}; ${outcome.steps})`
  return [...ids].sort().flatMap((id) => {
    const [a, b] = [expected.get(id), found.get(id)]
    return a?.outcome === b?.outcome ? [] : [`${id}: without kills ${tell(a)}, now ${tell(b)}`]
  })
}
