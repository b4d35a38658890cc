/** A moment of plan time, epoch milliseconds. */
export type Instant = number

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/**
 * Wall time: what a clock on the wall shows, as if it were UTC, in milliseconds. It needs a zone to be an Instant.
 */
export type Wall = number

/** Midnight of a date of the proleptic Gregorian calendar; undefined when there is no such date. */
export function wallOfDate(text: string): Wall | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!found) return undefined
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const wall = daysFromCivil(year, month, day) * dayMs
  return month >= 1 && month <= 12 && day >= 1 && dateOfWall(wall) === text ? wall : undefined
}

/** The date that wall time shows, `YYYY-MM-DD`. */
export function dateOfWall(wall: Wall): string {
  const days = Math.floor(wall / dayMs)
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return [pad(year, 4), pad(month, 2), pad(day, 2)].join('-')
}

/** Days since 1970-01-01; years begin in March so that the leap day comes last. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
