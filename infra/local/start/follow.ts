import { setTimeout as delay } from 'node:timers/promises'
import type { Board, CampaignHead } from '../../../orchestrations/contracts/board.ts'
import type { Desk } from './operator/desk.ts'
import type { Api } from './api.ts'
import { isOver, readBoard } from './campaign.ts'
import { createTicker, progressLine, ringSentence } from './progress.ts'

const lookEveryMs = 2_000
/** While a script waits for its moments, wire ms. */
const lookOftenMs = 500

/** Watches the campaign to its end; the desk does its part meanwhile. */
export async function follow(
  operator: Api,
  campaign: CampaignHead,
  soakMinutes: readonly number[],
  desk: Desk,
): Promise<Board> {
  const say = (text: string) => process.stderr.write(text)
  const tick = createTicker(say, process.stderr.isTTY)
  for (let shownAt = -Infinity; ;) {
    const board = await readBoard(operator, campaign.campaignId)
    const done = isOver(board)
    if (done || performance.now() >= shownAt + lookEveryMs) {
      shownAt = performance.now()
      tick(progressLine(board, soakMinutes), done)
    }
    if (done) return board
    await desk.act(board)
    for (const { ring, state } of await desk.promoteWaiting(board))
      say(`\nRing ${ring}: ${ringSentence(state)} Promoted by itself, as rehearsals are.\n`)
    await delay(desk.isBusy ? lookOftenMs : lookEveryMs)
  }
}
