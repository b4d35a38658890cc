import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { promotionsOf } from './judgeOperator.ts'
import { settingsOf, tell, type Effect, type Terms, type Violation } from './judgeRecord.ts'
import { failed, onlyBooted, silentUntil, succeeded, tellTurn, type Turn } from './judgeTurns.ts'

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
    ...(terms.operator === undefined
      ? []
      : [...unproven(regular, turns, terms), ...tripped(regular, turns, terms)]),
  ]
}

/** An operator had it tried again: that waits for no ring and no breaker. */
function wasAskedFor({ server, first }: Turn, { operator = [] }: Terms): boolean {
  return operator.some(
    ({ action, phase, serverId, wire }) =>
      action === 'retryServer' && phase === 'asked' && serverId === server.serverId && wire <= first.wire,
  )
}

/** When an operator asked to have the server tried again after this turn, plan time; `Infinity`: nobody did. */
function triedAgainAt({ server, last }: Turn, { operator = [] }: Terms): number {
  const asked = operator.find(
    ({ action, phase, serverId, plan }) =>
      action === 'retryServer' && phase === 'asked' && serverId === server.serverId && plan >= last.at,
  )
  return asked?.plan ?? Infinity
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

/**
 * Before a ring's first turn the one before has its sample, its success rate and its soak, or was promoted. Each server
 * counts once, as its newest turn stood at that moment: one that an operator had tried again counts as that went.
 */
function unproven(turns: readonly Turn[], all: readonly Turn[], terms: Terms): Violation[] {
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
    const newest = newestBy(
      all.filter(({ client }) => client.ring === before),
      start.first.at,
    ).filter((turn) => !onlyBooted(turn))
    const good = newest.filter((turn) => succeeded(turn) || resolved.has(turn.server.serverId))
    const end = Math.max(-Infinity, ...tried.map(({ last }) => last.at))
    const soak = (soakMinutes[before] ?? 0) * 60_000
    const why =
      newest.length < Math.min(minimumSample, sizeOf(terms.inventory, before))
        ? `only ${newest.length} tried`
        : good.length / newest.length < successRate
          ? `only ${good.length} of ${newest.length} succeeded`
          : start.first.at < end + soak
            ? `${(start.first.at - end) / 60_000} min of soak`
            : undefined
    return why === undefined
      ? []
      : [{ rule: 'ringUnproven', evidence: `${tellTurn(start)}: ring ${before} has ${why}` }]
  })
}

/** Each server's newest turn that had begun by then, as far as it had come. */
function newestBy(turns: readonly Turn[], at: number): Turn[] {
  const begun = turns.filter(({ first }) => first.at <= at).toSorted((a, b) => a.first.at - b.first.at)
  const newest = new Map(begun.map((turn) => [turn.server.serverId, turn]))
  return [...newest.values()].map((turn) => ({
    ...turn,
    lines: turn.lines.filter((line) => line.at <= at),
  }))
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
 * promotion accepts those of turns that had begun by then, and one that is tried again counts as that goes.
 */
function tripped(turns: readonly Turn[], all: readonly Turn[], terms: Terms): Violation[] {
  const { breakerShare, breakerCount, unknownTimeoutMinutes } = settingsOf(terms)
  const { delayMs = 30_000, speed = 1, operator = [] } = terms
  const resolved = resolvedByHand(terms)
  return rings.flatMap((ring) => {
    const own = turns.filter(({ client }) => client.ring === ring)
    const limit = Math.max(Math.ceil(breakerShare * sizeOf(terms.inventory, ring)), breakerCount)
    const promotions = promotionsOf(operator, ring)
    /** From when to when it weighs, plan and wire time of the last line. */
    const tried = all.filter(({ client }) => client.ring === ring)
    const bad = tried.flatMap((turn) => {
      if (resolved.has(turn.server.serverId)) return []
      const again = triedAgainAt(turn, terms)
      if (failed(turn)) return [{ turn, from: turn.last.at, wire: turn.last.wire, until: again }]
      // Unknown from when every look has been in vain; the agent's return may still save it.
      const until = Math.min(silentUntil(turn), again)
      const unknown = { from: turn.last.at + unknownTimeoutMinutes * 60_000, until }
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
