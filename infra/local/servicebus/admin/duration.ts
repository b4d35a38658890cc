const pattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
const longest = 'P10675199DT2H48M5.4775807S'
const dayMs = 86_400_000
// The service's "never" is .NET's longest time span.
const never = 10_675_199 * dayMs

/** Milliseconds of an ISO 8601 duration (days and below), Infinity for the service's "never". Throws RangeError. */
export function parseDuration(text: string): number {
  const match = pattern.exec(text)
  if (match === null || text.length < 3) throw new RangeError(`'${text}' is not an ISO 8601 duration.`)
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0))
  const total = days * dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000
  return total >= never ? Number.POSITIVE_INFINITY : total
}

export function formatDuration(duration: number): string {
  if (!Number.isFinite(duration)) return longest
  const days = Math.floor(duration / dayMs)
  const rest = duration - days * dayMs
  const hours = Math.floor(rest / 3_600_000)
  const minutes = Math.floor((rest % 3_600_000) / 60_000)
  const seconds = (rest % 60_000) / 1_000
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  if (days === 0 && time === '') return 'PT0S'
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
