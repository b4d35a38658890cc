import type { TodoItem } from '../../orchestrations/contracts/api.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { why, type Reader } from './reader.ts'
import { dayTime } from './times.ts'

/** Each open item: what and where, why, who has it, what was said of it, and the id that verbs take. */
export function todoLines(items: readonly TodoItem[], reader: Reader): string[] {
  if (items.length === 0) return [reader.t.nothingTodo]
  return items.flatMap((item, place) => [...(place === 0 ? [] : ['']), ...itemLines(item, reader)])
}

function itemLines(item: TodoItem, reader: Reader): string[] {
  const { t, paint, language, zone } = reader
  const { kind, clientName, clientId, host, serverId, ring, takenBy, takenAt, decideAt, since, until } = item
  const time = (at: number) => dayTime(at, language, zone)
  const place = [
    clientName ?? clientId,
    host ?? serverId,
    ring === undefined ? undefined : `${t.ring} ${ring}`,
  ]
  const where = place.filter((text) => text !== undefined).join(' · ')
  const facts = [
    t.sinceTime(time(since)),
    until === undefined ? '' : t.endsAt(time(until)),
    takenBy === undefined ? t.nobodyHas : t.takenBy(takenBy, takenAt && time(takenAt)),
    decideAt === undefined ? '' : t.decideAt(time(decideAt)),
  ]
  return [
    `${paint('red', '!')} ${paint('bold', wordsOf(language).todo[kind])}  ${where}`,
    `  ${why(item.reason, reader)}`,
    `  ${facts.filter(Boolean).join(' · ')}`,
    ...item.notes.map(({ at, by, text }) => `  – ${time(at)}, ${t.label(by)} ${text}`),
    paint('dim', `  ${item.id}`),
  ]
}
