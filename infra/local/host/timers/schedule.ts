import { parseNcrontab } from './ncrontab.ts'

/** When a timer fires. Times are epoch ms of wire time, UTC. */
export interface Schedule {
  /** The first occurrence after that time. Throws an error if there is none. */
  next(after: number): number
  /** Whether occurrences closer than a minute exist: such a timer does not catch up on a missed one. */
  readonly isFrequent: boolean
}

/**
 * A six-field NCRONTAB expression (five fields: at second 0) or a TimeSpan `[d.]hh:mm:ss`. Throws an error saying
 * what is wrong.
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(text: string): Schedule {
  const interval = timeSpan(text.trim())
  if (interval !== undefined) return { next: (after) => after + interval, isFrequent: interval < 60_000 }
  const next = parseNcrontab(text.trim())
  // As Azure decides: by the next few occurrences from now on, which for a fixed start are always the same.
  let at = next(0)
  let isFrequent = false
  for (let n = 0; n < 5 && !isFrequent; n++) {
    const following = next(at)
    isFrequent = following - at < 60_000
    at = following
  }
  return { next, isFrequent }
}

function timeSpan(text: string): number | undefined {
  const found = /^(?:(\d+)\.)?(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text)
  if (found === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0))
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
  if (ms === 0) throw new Error(`"${text}" is no time at all`)
  return ms
}
