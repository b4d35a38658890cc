import { LedgerVerdict } from '../../orchestrations/contracts/api.ts'
import { ClientDetail, type Board } from '../../orchestrations/contracts/board.ts'
import type { Api } from '../../infra/local/start/api.ts'
import { knownCampaign, readBoard } from '../../infra/local/start/campaign.ts'

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
