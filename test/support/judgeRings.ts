import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { promotionsOf } from './judgeOperator.ts'
import { settingsOf, tell, type Effect, type Terms, type Violation } from './judgeRecord.ts'
import { failed, silentUntil, succeeded, tellTurn, type Turn } from './judgeTurns.ts'

const weekMs = 7 * 24 * 3_600_000

/**
 * What is carried over has rings of its own: its pass is in its command's id; else its week, from Thursday to
 * Wednesday, as the epoch began, so that no weekend is cut.
 */
const passOf = ({ at, commandId }: Effect): string =>
  /^[^.]+\.(p\d+)/.exec(commandId)?.[1] ?? String(Math.floor(at / weekMs))
const rings = [0, 1, 2, 3]

/** Rings one after the other, each proven before the next, and stopped by their breaker. */
export function judgeRings(turns: readonly Turn[], terms: Terms): Violation[] {
  const regular = turns.filter((turn) => !wasAskedFor(turn, terms))
  return [
    ...earlyRings(regular),
    ...(terms.operator === undefined ? [] : [...unproven(regular, terms), ...tripped(regular, terms)]),
  ]
}

/** An operator had it tried again: that waits for no ring and no breaker. */
function wasAskedFor({ server, first }: Turn, { operator = [] }: Terms): boolean {
  return operator.some(
    ({ action, phase, serverId, wire }) =>
      action === 'retryServer' && phase === 'asked' && serverId === server.serverId && wire <= first.wire,
  )
}

/** In one weekend a ring begins after the last effect of those before; what was carried over has its own. */
function earlyRings(turns: readonly Turn[]): Violation[] {
  const last = new Map<string, Effect>()
  const keyAt = (effect: Effect, ring: number): string => `${passOf(effect)} ${ring}`
  for (const { client, lines } of turns)
    for (const line of lines.filter(({ phase }) => phase !== 'seen')) {
      const key = keyAt(line, client.ring)
      const known = last.get(key)
      if (known === undefined || known.at < line.at) last.set(key, line)
    }
  return turns.flatMap(({ client, lines }) =>
    lines
      .filter(({ phase }) => phase === 'begun')
      .flatMap((effect): Violation[] => {
        const earlier = rings
          .filter((ring) => ring < client.ring)
          .map((ring) => last.get(keyAt(effect, ring)))
        const late = earlier.find((other) => other !== undefined && other.at > effect.at)
        return late === undefined
          ? []
          : [{ rule: 'ringTooEarly', evidence: `${tell(effect)}, but ${tell(late)}` }]
      }),
  )
}

/** Before a ring's first turn the one before has its sample, its success rate and its soak, or was promoted. */
function unproven(turns: readonly Turn[], terms: Terms): Violation[] {
  const { successRate, minimumSample, soakMinutes } = settingsOf(terms)
  return rings.flatMap((ring): Violation[] => {
    const start = firstOf(turns.filter(({ client }) => client.ring === ring))
    const before = rings.findLast((other) => other < ring && sizeOf(terms.inventory, other) > 0)
    if (start === undefined || before === undefined) return []
    const promoted = [before, ring].some((one) =>
      promotionsOf(terms.operator ?? [], one).some(({ wire }) => wire <= start.first.wire),
    )
    if (promoted) return []
    const tried = turns.filter(({ client, first }) => client.ring === before && first.at <= start.first.at)
    const resolved = resolvedByHand(terms)
    const good = tried.filter((turn) => succeeded(turn) || resolved.has(turn.server.serverId))
    const end = Math.max(-Infinity, ...tried.map(({ last }) => last.at))
    const soak = (soakMinutes[before] ?? 0) * 60_000
    const why =
      tried.length < Math.min(minimumSample, sizeOf(terms.inventory, before))
        ? `only ${tried.length} tried`
        : good.length / tried.length < successRate
          ? `only ${good.length} of ${tried.length} succeeded`
          : start.first.at < end + soak
            ? `${(start.first.at - end) / 60_000} min of soak`
            : undefined
    return why === undefined
      ? []
      : [{ rule: 'ringUnproven', evidence: `${tellTurn(start)}: ring ${before} has ${why}` }]
  })
}

/** What an operator found stands; a machine can't contradict it. */
const resolvedByHand = ({ operator = [] }: Terms): ReadonlySet<string> =>
  new Set(
    operator.filter(({ action }) => action === 'resolveServer').flatMap(({ serverId }) => serverId ?? []),
  )

const firstOf = (turns: readonly Turn[]): Turn | undefined =>
  turns.toSorted((a, b) => a.first.at - b.first.at)[0]

function sizeOf({ clients, servers }: Inventory, ring: number): number {
  const own = new Set(clients.filter((client) => client.ring === ring).map(({ clientId }) => clientId))
  return servers.filter(({ clientId }) => own.has(clientId)).length
}

/**
 * Failures and unknowns as the machines show them, each counted from when it was certain and known; an operator's
 * promotion accepts those of turns that had begun by then.
 */
function tripped(turns: readonly Turn[], terms: Terms): Violation[] {
  const { breakerShare, breakerCount, unknownTimeoutMinutes } = settingsOf(terms)
  const { delayMs = 30_000, speed = 1, operator = [] } = terms
  const resolved = resolvedByHand(terms)
  return rings.flatMap((ring) => {
    const own = turns.filter(({ client }) => client.ring === ring)
    const limit = Math.max(Math.ceil(breakerShare * sizeOf(terms.inventory, ring)), breakerCount)
    const promotions = promotionsOf(operator, ring)
    /** From when to when it weighs, plan and wire time of the last line. */
    const bad = own.flatMap((turn) => {
      if (resolved.has(turn.server.serverId)) return []
      if (failed(turn)) return [{ turn, from: turn.last.at, wire: turn.last.wire, until: Infinity }]
      // Unknown from when every look has been in vain; the agent's return may still save it.
      const unknown = { from: turn.last.at + unknownTimeoutMinutes * 60_000, until: silentUntil(turn) }
      return unknown.until > unknown.from ? [{ turn, wire: turn.last.wire, ...unknown }] : []
    })
    return own.flatMap((start): Violation[] => {
      const { at, wire } = start.first
      const accepted = promotions.findLast((promotion) => promotion.wire <= wire)?.wire ?? -Infinity
      const counted = bad.filter(
        (one) =>
          one.from + delayMs * speed < at &&
          one.wire + delayMs < wire &&
          at < one.until &&
          one.turn.first.wire > accepted,
      )
      return counted.length >= limit
        ? [
            {
              rule: 'startedTripped',
              evidence: `${tellTurn(start)} after ${counted.map(({ turn }) => turn.server.serverId).join(', ')}`,
            },
          ]
        : []
    })
  })
}
