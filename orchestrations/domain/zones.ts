import { dayMs, type Instant, type Wall } from './time.ts'

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** Offset by UTC day where the day has only one. */
  readonly byDay: Map<number, number | 'changes'>
}
const zones = new Map<string, Zone>()
const mostDays = 20_000

/** Whether the runtime's time zone data know it; fixed offsets such as `+02:00` are no zones. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    zoneOf(name)
    return true
  } catch {
    return false
  }
}

/** Milliseconds that the zone is ahead of UTC then. Throws RangeError for an unknown zone. */
export function offsetAt(zone: string, at: Instant): number {
  const known = zoneOf(zone)
  const day = Math.floor(at / dayMs)
  let offset = known.byDay.get(day)
  if (offset === undefined) {
    const first = readOffset(known, day * dayMs)
    offset = first === readOffset(known, (day + 1) * dayMs) ? first : 'changes'
    if (known.byDay.size > mostDays) known.byDay.clear()
    known.byDay.set(day, offset)
  }
  return offset === 'changes' ? readOffset(known, at) : offset
}

export function wallAt(zone: string, at: Instant): Wall {
  return at + offsetAt(zone, at)
}

/**
 * The moments at which the zone's clocks show a wall time. Once for most; twice where they are put back
 * (`first` < `second`); where they are put forward and never show it, both are the moment of the change.
 */
export function instantsOf(zone: string, wall: Wall): { readonly first: Instant; readonly second: Instant } {
  const before = wall - offsetAt(zone, wall - dayMs)
  const after = wall - offsetAt(zone, wall + dayMs)
  const shown = [before, after].filter((at) => wallAt(zone, at) === wall)
  if (shown.length > 0) return { first: Math.min(...shown), second: Math.max(...shown) }
  const change = changeBetween(zone, Math.min(before, after), Math.max(before, after))
  return { first: change, second: change }
}

/** The first moment after `low` with another offset than `low` has, known to be at or before `high`. */
function changeBetween(zone: string, low: Instant, high: Instant): Instant {
  const offset = offsetAt(zone, low)
  let [same, other] = [low, high]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetAt(zone, middle) === offset) same = middle
    else other = middle
  }
  return other
}

function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  const format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' })
  const zone: Zone = { format, byDay: new Map() }
  zones.set(name, zone)
  return zone
}

function readOffset(zone: Zone, at: Instant): number {
  const name = zone.format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const found = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name)
  if (!found) throw new Error(`"${name}" is no offset that ATLAS knows how to read`)
  const seconds = Number(found[2] ?? 0) * 3600 + Number(found[3] ?? 0) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -seconds : seconds) * 1000
}
