import type { CampaignHead, CampaignState } from '../../orchestrations/contracts/board.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import type { Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

export function campaignState(state: CampaignState, reader: Reader): string {
  const { t, language, zone } = reader
  const word = wordsOf(language).campaigns[state.kind]
  switch (state.kind) {
    case 'approved':
      return t.by(word, state.by, '')
    case 'paused':
    case 'cancelled':
      return t.by(word, state.actor, state.reason)
    case 'carryingOver':
      return state.nextAt === undefined ? word : `${word} (${dayTime(state.nextAt, language, zone)})`
    case 'planned':
    case 'running':
    case 'ended':
      return word
  }
}

/** Name, id, state, people and hash. */
export function headLines(head: CampaignHead, reader: Reader): string[] {
  const { t, paint } = reader
  const title = `${paint('bold', head.name)}  ${campaignState(head.state, reader)}`
  const rows = table([
    [t.campaignId, head.campaignId],
    [t.requestedBy, head.requestedBy],
    ...(head.approvedBy === undefined ? [] : [[t.approvedBy, head.approvedBy]]),
    [t.hash, head.planHash],
  ])
  return [title, ...rows]
}
