export type RestartPolicy = {
  readonly restartsPerMinute: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

export const defaultPolicy: RestartPolicy = { restartsPerMinute: 10, firstDelayMs: 50, maxDelayMs: 5_000 }

/** A child's deaths so far: times in epoch milliseconds, and how many in a row came before it was ready. */
export type Deaths = { readonly times: readonly number[]; readonly inARow: number }

export const noDeaths: Deaths = { times: [], inARow: 0 }

export type Verdict =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly deaths: Deaths }
  | { readonly kind: 'giveUp'; readonly deathsInLastMinute: number }

/** Decides what follows a death: restart soon, later with each death before readiness, or give up. */
export const afterDeath = (
  deaths: Deaths,
  wasReady: boolean,
  now: number,
  policy: RestartPolicy,
): Verdict => {
  const times = [...deaths.times.filter((time) => time > now - 60_000), now]
  if (times.length > policy.restartsPerMinute) return { kind: 'giveUp', deathsInLastMinute: times.length }
  const inARow = wasReady ? 0 : deaths.inARow + 1
  const delayMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** inARow)
  return { kind: 'restart', delayMs, deaths: { times, inARow } }
}
