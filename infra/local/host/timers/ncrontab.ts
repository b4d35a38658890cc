interface FieldKind {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const kinds = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of week', min: 0, max: 6, names: weekdays },
] as const satisfies readonly FieldKind[]

const dayMs = 86_400_000
/** The rarest date, 29 February on one weekday, comes within 40 years even around 2100. */
const farthestDays = 366 * 41

/**
 * Compiles an NCRONTAB expression to "the first occurrence after" (epoch ms, UTC). Day and day of week must both fit,
 * unlike in cron. Throws an error that says what is wrong; the function does when nothing ever fits.
 */
export function parseNcrontab(text: string): (after: number) => number {
  const fields = text.split(/\s+/)
  if (fields.length === 5) fields.unshift('0')
  if (fields.length !== 6)
    throw new Error(`"${text}" has ${fields.length} fields: NCRONTAB has six (or five)`)
  const [seconds, minutes, hours, days, monthsOfYear, daysOfWeek] = kinds.map((kind, index) =>
    parseField(fields[index] ?? '', kind),
  ) as [number[], number[], number[], number[], number[], number[]]
  const isDay = (at: Date): boolean =>
    monthsOfYear.includes(at.getUTCMonth() + 1) &&
    days.includes(at.getUTCDate()) &&
    daysOfWeek.includes(at.getUTCDay())
  return (after) => {
    const first = Math.floor(after / 1_000) * 1_000 + 1_000
    const firstDay = Math.floor(first / dayMs) * dayMs
    for (let day = 0; day < farthestDays; day++) {
      const midnight = firstDay + day * dayMs
      if (!isDay(new Date(midnight))) continue
      const time = firstTime(hours, minutes, seconds, Math.max(0, first - midnight) / 1_000)
      if (time !== undefined) return midnight + time * 1_000
    }
    throw new Error(`"${text}" never comes: no month has such a day`)
  }
}

/** The first time of the day, in seconds, not before `from`. */
function firstTime(
  hours: readonly number[],
  minutes: readonly number[],
  seconds: readonly number[],
  from: number,
): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3_600 <= from) continue
    for (const minute of minutes) {
      const start = hour * 3_600 + minute * 60
      if (start + 60 <= from) continue
      for (const second of seconds) if (start + second >= from) return start + second
    }
  }
  return undefined
}

/** All values of a field, ascending. */
function parseField(text: string, kind: FieldKind): number[] {
  const values = new Set<number>()
  for (const item of text.split(',')) {
    const found = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item)
    if (found === null) throw new Error(`"${text}" is no ${kind.name} of NCRONTAB`)
    const [, from = '*', to, step] = found
    const low = from === '*' ? kind.min : valueOf(from, kind)
    const open = from === '*' || step !== undefined ? kind.max : low
    const high = to === undefined ? open : valueOf(to, kind)
    const by = Number(step ?? 1)
    if (by < 1 || low > high) throw new Error(`"${item}" holds no ${kind.name}`)
    for (let value = low; value <= high; value += by) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

function valueOf(text: string, kind: FieldKind): number {
  const named = kind.names?.findIndex((name) => text.toUpperCase().startsWith(name)) ?? -1
  const value = named >= 0 ? named + kind.min : Number(text)
  if (!Number.isInteger(value) || value < kind.min || value > kind.max)
    throw new Error(`"${text}" is no ${kind.name}: it goes from ${kind.min} to ${kind.max}`)
  return value
}
