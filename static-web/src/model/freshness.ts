/** When something was last heard, wire milliseconds of this machine. */
export interface Heard {
  /** Anything on the push line, pongs included: the line itself lives. */
  readonly line: number
  /** A frame or a digest: whoever pushes lives. */
  readonly frame: number
  /** A frame, a snapshot or an answered probe: what is shown is no older than this. */
  readonly truth: number
}

export type Freshness =
  | { readonly kind: 'live'; readonly ageMs: number }
  /** Push is silent, the page asks for itself. */
  | { readonly kind: 'polling'; readonly ageMs: number }
  | { readonly kind: 'stale'; readonly ageMs: number }

/** Pongs come every 1.5 s, so this is two missed pongs and a half: shown within 5 s of a real loss. */
export const lineSilentMs = 4_000
/** Two digests missed, which come every 5 s at most. */
const framesSilentMs = 11_000
export const staleMs = 5_000
/** A quiet campaign sends a digest every 5 s at most; the page asks before that looks stale. */
export const probeAfterMs = 3_200
export const pollEveryMs = 5_000
/** A poll every 5 s plus the time that its answer takes. */
const pollStaleMs = 7_500

export function pushWorks(heard: Heard, now: number): boolean {
  return now - heard.line <= lineSilentMs && now - heard.frame <= framesSilentMs
}

export function freshness(heard: Heard, now: number): Freshness {
  const ageMs = Math.max(0, now - heard.truth)
  if (pushWorks(heard, now)) return { kind: ageMs <= staleMs ? 'live' : 'stale', ageMs }
  return { kind: ageMs <= pollStaleMs ? 'polling' : 'stale', ageMs }
}
