import { RRuleTemporal } from 'rrule-temporal'
import type { Client, MaintenanceWindow } from './fleet.ts'
import type { Occurrence } from './occurrence.ts'
import { dayMs, minuteMs, wallOfDate, type Instant, type Wall } from './time.ts'
import { instantsOf, wallAt } from './zones.ts'

export type WindowOwner = Pick<Client, 'zone' | 'windows' | 'freezeDates'>

/** The longest window, and a day for the zones. */
const margin = 8 * dayMs
/** Where rules without DTSTART begin to count their intervals: a Monday, the first day of a leap year. */
const anchor = 'DTSTART;TZID=UTC:20240101T'
const mostRemembered = 1000
const remembered = new Map<string, readonly Occurrence[]>()

/**
 * When a client may be worked on: what is open at some moment of [from, until), in order, with its whole length
 * as far as eight days around that span. Openings that touch or overlap are one. Times are plan time.
 *
 * Clock changes: start and end are wall time. One that the clocks skip is the moment of the change (RFC 5545
 * would use the offset before it, which opens the window late); one that they show twice is its first showing,
 * so that nothing runs after the clock has once shown the end. A window that lies in the skipped hour alone has
 * no length and isn't there. Freeze dates take out whole local days, from the first midnight to the next day's.
 *
 * Throws when a rule or the zone cannot be read: see windowProblem.
 */
export function occurrences(client: WindowOwner, from: Instant, until: Instant): Occurrence[] {
  const key = JSON.stringify([client.zone, client.windows, client.freezeDates, from, until])
  let found = remembered.get(key)
  if (!found) {
    found = compute(client, from, until)
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(key, found)
  }
  return found.map(({ start, end }) => ({ start, end }))
}

/**
 * Parts: its rule may say only on which days it opens, without DTSTART, COUNT, UNTIL or hours. Frequency: it needs
 * FREQ=DAILY, WEEKLY, MONTHLY or YEARLY. Unreadable: it is no rule of RFC 5545.
 */
export type WindowProblem = 'windowRuleParts' | 'windowRuleFrequency' | 'windowRuleUnreadable'

/** Why a window cannot be used; undefined when it can. */
export function windowProblem(window: MaintenanceWindow): WindowProblem | undefined {
  if (/DTSTART|COUNT|UNTIL|BYHOUR|BYMINUTE|BYSECOND|[\r\n]/i.test(window.rrule)) {
    return 'windowRuleParts'
  }
  if (!/(^|;)FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)/.test(window.rrule)) {
    return 'windowRuleFrequency'
  }
  try {
    ruleOf(window)
    return undefined
  } catch {
    return 'windowRuleUnreadable'
  }
}

function compute(client: WindowOwner, from: Instant, until: Instant): readonly Occurrence[] {
  const first = wallAt(client.zone, from) - margin
  const last = wallAt(client.zone, until) + margin
  const open = client.windows.flatMap((window) =>
    wallStarts(window, first, last).map((start) => ({
      start: instantsOf(client.zone, start).first,
      end: instantsOf(client.zone, start + window.minutes * minuteMs).first,
    })),
  )
  const frozen = merge(client.freezeDates.flatMap((date) => localDay(client.zone, date)))
  return subtract(merge(open), frozen).filter(({ start, end }) => end > from && start < until)
}

/** Occurrences in wall time: generated in UTC, where no hour is skipped and so none is dropped. */
function wallStarts(window: MaintenanceWindow, first: Wall, last: Wall): Wall[] {
  const rule = ruleOf(window)
  const { dtstart } = rule.options()
  const from = dtstart.add({ milliseconds: first - dtstart.epochMilliseconds })
  const until = dtstart.add({ milliseconds: last - dtstart.epochMilliseconds })
  return rule.between(from, until, true).map((at) => at.epochMilliseconds)
}

function ruleOf(window: MaintenanceWindow): RRuleTemporal {
  const start = `${window.start.replace(':', '')}00`
  return new RRuleTemporal({ rruleString: `${anchor}${start}\nRRULE:${window.rrule}` })
}

function localDay(zone: string, date: string): Occurrence[] {
  const midnight = wallOfDate(date)
  if (midnight === undefined) throw new Error(`freeze date "${date}" is no date`)
  return [{ start: instantsOf(zone, midnight).first, end: instantsOf(zone, midnight + dayMs).first }]
}

function merge(list: readonly Occurrence[]): Occurrence[] {
  const merged: { start: Instant; end: Instant }[] = []
  for (const next of [...list].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1)
    if (last && next.start <= last.end) last.end = Math.max(last.end, next.end)
    else if (next.end > next.start) merged.push({ ...next })
  }
  return merged
}

/** Both lists are merged and in order. */
function subtract(open: readonly Occurrence[], closed: readonly Occurrence[]): Occurrence[] {
  return open.flatMap((whole) => {
    const pieces: Occurrence[] = []
    let start = whole.start
    for (const hole of closed) {
      if (hole.end <= start || hole.start >= whole.end) continue
      if (hole.start > start) pieces.push({ start, end: hole.start })
      start = hole.end
    }
    if (start < whole.end) pieces.push({ start, end: whole.end })
    return pieces
  })
}
