/** Gives each write its own Timestamp: ISO 8601 UTC with seven decimals (100 ns), never twice the same. */
export type WriteStamps = () => string

/**
 * Stamps from a millisecond clock. Writes of one millisecond differ in the four digits below it, which start
 * at `firstTick` (0–4,999), so that a restart within one millisecond does not hand out an old ETag again.
 */
export function writeStamps(now: () => number, firstTick: number): WriteStamps {
  let lastMs = -1
  let tick = firstTick
  let prefix = ''
  return () => {
    const ms = Math.floor(now())
    if (ms > lastMs || tick >= 9_999) {
      lastMs = Math.max(ms, lastMs + 1)
      tick = firstTick
      prefix = new Date(lastMs).toISOString().slice(0, -1)
    } else {
      tick++
    }
    return `${prefix}${String(tick).padStart(4, '0')}Z`
  }
}

/** The ETag that Azure derives from a Timestamp. */
export function etagOf(stamp: string): string {
  return `W/"datetime'${stamp.replaceAll(':', '%3A')}'"`
}

const weakEtag = /^[wW]\/"(?:[^"]|\\")*"$/
const stampInEtag = /^[wW]\/"datetime'(.*)'"$/

/** True if the text has the form of a (weak) ETag, which Azure requires of If-Match. */
export function isEtag(text: string): boolean {
  return weakEtag.test(text)
}

/** The Timestamp that an ETag stands for; undefined if it can't be one of this service. */
export function stampOf(etag: string): string | undefined {
  return stampInEtag.exec(etag)?.[1]?.replaceAll(/%3a/gi, ':')
}
