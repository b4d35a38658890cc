import { dayMs, hourMs, minuteMs, wallOfDate } from '../../orchestrations/domain/time.ts'
import { instantsOf, wallAt } from '../../orchestrations/domain/zones.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import type { Texts } from '../texts/index.ts'

const units: Readonly<Record<string, number>> = { d: dayMs, h: hourMs, m: minuteMs }

/** The moment that an option names, with the server's plan time as now; undefined when none is named. */
export async function planTime(session: Session, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined
  const { clocks } = await session.api.status()
  return readWhen(text, clocks.plan, session.zone, session.t)
}

/**
 * A moment of plan time, epoch ms: `+2h`, `+1h30m`, `+1d`; `22:00`, the next one in `zone`; ISO 8601 with an offset or Z; without one it is wall
 * time in `zone`. A wall time that comes twice (clocks put back) is the later one: a pause doesn't end too soon.
 */
export function readWhen(text: string, planNow: number, zone: string, t: Texts): number {
  const at = relative(text, planNow) ?? nextHour(text, planNow, zone) ?? absolute(text, zone)
  if (at === undefined) throw badInput(t.errors.notATime(text), t.errors.notATimeFix)
  if (at <= planNow) throw badInput(t.errors.pastTime(text), t.errors.notATimeFix)
  return at
}

function relative(text: string, planNow: number): number | undefined {
  if (!/^\+(?:\d{1,6}[dhm])+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)([dhm])/g)].reduce(
    (at, [, count, unit]) => at + Number(count) * (units[unit ?? ''] ?? 0),
    planNow,
  )
}

/** Today's or tomorrow's, whichever is still to come. */
function nextHour(text: string, planNow: number, zone: string): number | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined
  const now = wallAt(zone, planNow)
  const today = now - (((now % dayMs) + dayMs) % dayMs) + Number(hour) * hourMs + Number(minute) * minuteMs
  return [today, today + dayMs].map((wall) => instantsOf(zone, wall).second).find((at) => at > planNow)
}

function absolute(text: string, zone: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
    text,
  )
  const midnight = found?.[1] === undefined ? undefined : wallOfDate(found[1])
  if (!found || midnight === undefined) return undefined
  const [, , hour, minute, second = '0', offset] = found
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const wall = midnight + Number(hour) * hourMs + Number(minute) * minuteMs + Number(second) * 1000
  return offset === undefined ? instantsOf(zone, wall).second : wall - offsetMs(offset)
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const sign = offset.startsWith('-') ? -1 : 1
  return sign * (Number(offset.slice(1, 3)) * hourMs + Number(offset.slice(-2)) * minuteMs)
}
