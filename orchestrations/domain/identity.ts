/** What tells one machine's agent from another's, or from what it was before. */
export interface Identity {
  /** Epoch ms by the machine's own clock. */
  readonly bootedAt: number
  /** `sequence`: how many commands it has ever taken on. Absent when the agent doesn't say. */
  readonly journal?: Journal | undefined
}

interface Journal {
  readonly id: string
  readonly sequence: number
}

export interface KnownIdentity extends Identity {
  /** When it said so of its journal with a report, epoch ms by its own clock; absent: with a heartbeat. */
  readonly reportedAt?: number | undefined
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
export function doubtOf(
  known: KnownIdentity | undefined,
  now: Identity & { readonly saidAt?: number },
): Doubt | undefined {
  if (!known) return undefined
  if (known.before && isSame(known.before, now) && !isSame(known, now)) return 'keyUsedTwice'
  if (!known.journal || known.journal.sequence === 0 || !now.journal) return undefined
  if (now.journal.id !== known.journal.id) return 'setBackByOthers'
  // A heartbeat can be overtaken by a report that was sent after it.
  const { saidAt = Infinity } = now
  const wasOvertaken = known.reportedAt !== undefined && saidAt < known.reportedAt
  return now.journal.sequence >= known.journal.sequence || wasOvertaken ? undefined : 'setBackByOthers'
}

/**
 * What a report says of its agent's journal: that it has grown, which is to be remembered before the next heartbeat
 * says so; that it is another one; or nothing new. `saidAt`: the agent's own clock, epoch ms.
 */
export function afterReport(
  known: KnownIdentity | undefined,
  journal: Journal | undefined,
  saidAt: number | undefined,
):
  | { readonly kind: 'nothing' | 'doubt' }
  | { readonly kind: 'grew'; readonly journal: Journal; readonly reportedAt: number } {
  if (!known?.journal || !journal || saidAt === undefined) return { kind: 'nothing' }
  const { id, sequence } = known.journal
  if (journal.id !== id) return { kind: sequence === 0 ? 'nothing' : 'doubt' }
  return journal.sequence > sequence ? { kind: 'grew', journal, reportedAt: saidAt } : { kind: 'nothing' }
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
