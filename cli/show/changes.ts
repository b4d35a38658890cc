import type { Board } from '../../orchestrations/contracts/board.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { campaignState } from './campaign.ts'
import { clientNow } from './clientState.ts'
import type { Reader } from './reader.ts'
import { ringName, ringState } from './ringState.ts'
import { stopLine } from './stop.ts'

/** What can change on a board, each as a line without anything that moves by itself. */
export function boardFacts(board: Board, reader: Reader): Map<string, string> {
  const { t } = reader
  const facts = new Map<string, string>()
  facts.set('campaign', `${t.label(board.campaign.name)} ${campaignState(board.campaign.state, reader)}`)
  facts.set('stop', stopLine(board.stop, reader) || t.noStop)
  for (const ring of board.rings)
    facts.set(
      `ring ${ring.ring}`,
      `${t.label(`${t.ring} ${ringName(ring.ring, reader)}`)} ${ringState(ring, reader)}`,
    )
  for (const row of board.clients) {
    const { done, servers } = totals([row])
    facts.set(`client ${row.clientId}`, `${t.label(row.name)} ${done}/${servers} · ${clientNow(row, reader)}`)
  }
  return facts
}

/** The lines that are new or say something else than before. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([key, text]) => before.get(key) !== text).map(([, text]) => text)
}
