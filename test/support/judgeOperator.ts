import type { OperatorLine } from './judgeRecord.ts'

/** While something was forbidden: wire time from the answer to the first moment at which it was taken back. */
export interface Ban {
  /** Wire time, epoch ms. */
  readonly from: number
  readonly until: number
  /** Plan time at which it ends by itself. */
  readonly untilPlan: number
  readonly line: OperatorLine
}

/** Who is meant: a client, a server or a ring; nobody named means everybody. */
const isAbout = (a: OperatorLine, b: OperatorLine): boolean =>
  a.clientId === b.clientId && a.serverId === b.serverId && a.ring === b.ring

/**
 * Bans that `action` set and `lifts` took back. A ban counts from its answer, and only if it was granted; what
 * lifts it counts from the question, whatever became of it: the judge accuses only where there is no doubt.
 */
export function bansOf(
  operator: readonly OperatorLine[],
  action: string,
  lifts: readonly string[],
): readonly Ban[] {
  return operator
    .filter((line) => line.action === action && line.phase === 'answered' && line.ok === true)
    .map((line) => {
      const lift = operator.find(
        (other) =>
          other.phase === 'asked' &&
          lifts.includes(other.action) &&
          isAbout(line, other) &&
          other.wire >= line.wire,
      )
      return { from: line.wire, until: lift?.wire ?? Infinity, untilPlan: line.until ?? Infinity, line }
    })
}

/** Whether something that happened then was forbidden, `patienceMs` of wire time after the ban was said. */
export function covers(
  ban: Ban,
  { wire, at }: { readonly wire: number; readonly at: number },
  patienceMs: number,
): boolean {
  return wire > ban.from + patienceMs && wire < ban.until && at < ban.untilPlan
}

/** When a ring was promoted, in order; promotions that were refused count too: they may have been done. */
export const promotionsOf = (operator: readonly OperatorLine[], ring: number): readonly OperatorLine[] =>
  operator.filter((line) => line.action === 'promoteRing' && line.phase === 'asked' && line.ring === ring)
