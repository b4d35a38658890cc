/** What tells one machine's agent from another's, or from what it was before. */
export interface Identity {
  /** Epoch ms by the machine's own clock. */
  readonly bootedAt: number
  /** `sequence`: how many commands it has ever taken on. Absent when the agent doesn't say. */
  readonly journal?: { readonly id: string; readonly sequence: number } | undefined
}

export interface KnownIdentity extends Identity {
  /** What the same key said of itself before it said something else. */
  readonly before?: Identity | undefined
}

export type Doubt = 'keyUsedTwice' | 'setBackByOthers'

/** Boot times are computed anew at each start of an agent, and clocks are corrected. */
const sameBootMs = 60_000

/**
 * Whether a heartbeat can come from the machine that the last one came from. A journal only grows: one that is
 * shorter, or another one, belongs to a machine that was set back. Two machines that use one key take turns.
 */
export function doubtOf(known: KnownIdentity | undefined, now: Identity): Doubt | undefined {
  if (!known) return undefined
  if (known.before && isSame(known.before, now) && !isSame(known, now)) return 'keyUsedTwice'
  if (!known.journal || known.journal.sequence === 0 || !now.journal) return undefined
  const grew = now.journal.id === known.journal.id && now.journal.sequence >= known.journal.sequence
  return grew ? undefined : 'setBackByOthers'
}

/** What is to be remembered once a heartbeat was heard. */
export function nowKnown(known: KnownIdentity | undefined, now: Identity): KnownIdentity {
  const { bootedAt, journal } = now
  const before = known && !isSame(known, now) ? withoutBefore(known) : known?.before
  return { bootedAt, ...(journal && { journal }), ...(before && { before }) }
}

const withoutBefore = ({ bootedAt, journal }: KnownIdentity): Identity => ({
  bootedAt,
  ...(journal && { journal }),
})

function isSame(a: Identity, b: Identity): boolean {
  return a.journal?.id === b.journal?.id && Math.abs(a.bootedAt - b.bootedAt) <= sameBootMs
}
