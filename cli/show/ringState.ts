import type { RingRow } from '../../orchestrations/contracts/board.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { why, type Reader } from './reader.ts'
import { dayTime } from './times.ts'

/** `2 Standard`. */
export function ringName(ring: number, { language }: Pick<Reader, 'language'>): string {
  const names: Readonly<Record<number, string>> = wordsOf(language).ringNames
  return `${ring} ${names[ring] ?? ''}`.trim()
}

/** What a ring does or waits for. */
export function ringState({ state, promotedBy }: RingRow, reader: Reader): string {
  const { t, language, zone } = reader
  const words = wordsOf(language).rings
  const promoted = promotedBy === undefined ? '' : ` · ${t.promotedBy(promotedBy)}`
  switch (state.kind) {
    case 'waiting':
      return (state.reason ? why(state.reason, reader) : words.waiting) + promoted
    case 'held':
      return t.by(words.held, state.actor, state.reason)
    case 'tripped':
    case 'gateHeld':
      return `${t.label(words[state.kind])} ${why(state.reason, reader)}`
    case 'soaking':
      return t.until(words.soaking, dayTime(state.until, language, zone))
    case 'passed':
    case 'running':
    case 'waitsForPromote':
      return words[state.kind] + promoted
  }
}
