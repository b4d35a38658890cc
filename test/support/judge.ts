import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { judgeClients } from './judgeClients.ts'
import { tell, type Effect, type Terms, type Violation } from './judgeRecord.ts'
import { isInside } from './judgeWindows.ts'

export { readEffects, type Effect, type Terms, type Violation } from './judgeRecord.ts'

/**
 * Judges a campaign by what the machines recorded and what the inventory and the operator asked for, with no
 * code of ATLAS that decides. No violation: an empty list.
 */
export function judge(effects: readonly Effect[], terms: Terms): Violation[] {
  return [
    ...strangers(effects, terms.inventory),
    ...repeats(effects),
    ...judgeClients(effects, terms),
    ...outsideWindows(effects, terms.inventory),
    ...earlyRings(effects, terms.inventory),
    ...missingCheckpoints(effects, terms.inventory),
    ...afterStops(effects, terms.stops ?? []),
  ]
}

const keyOf = (client: string, server: string): string => `${client}\n${server}`

function serversByName({ clients, servers }: Inventory) {
  const names = new Map(clients.map((client) => [client.clientId, client.name]))
  return new Map(servers.map((server) => [keyOf(names.get(server.clientId) ?? '', server.host), server]))
}

function strangers(effects: readonly Effect[], inventory: Inventory): Violation[] {
  const known = serversByName(inventory)
  return effects
    .filter(({ client, server }) => !known.has(keyOf(client, server)))
    .map((effect) => ({ rule: 'unknownServer', evidence: tell(effect) }))
}

/** One command id, at most one effect, of one kind, that ends at most once and not before it has begun. */
function repeats(effects: readonly Effect[]): Violation[] {
  const begun = new Map<string, Effect>()
  const ended = new Map<string, Effect>()
  return effects.flatMap((effect): Violation[] => {
    const { commandId, phase } = effect
    const seen = phase === 'begun' ? begun : ended
    const first = seen.get(commandId)
    seen.set(commandId, effect)
    if (first !== undefined)
      return [
        {
          rule: phase === 'begun' ? 'effectTwice' : 'endedTwice',
          evidence: `${tell(first)}; again: ${tell(effect)}`,
        },
      ]
    return phase === 'ended' && begun.get(commandId)?.kind !== effect.kind
      ? [{ rule: 'endedUnbegun', evidence: tell(effect) }]
      : []
  })
}

function outsideWindows(effects: readonly Effect[], { clients }: Inventory): Violation[] {
  const byName = new Map(clients.map((client) => [client.name, client]))
  return effects
    .filter(({ phase }) => phase === 'begun')
    .filter(({ at, client }) => {
      const known = byName.get(client)
      return known !== undefined && !isInside(at, known)
    })
    .map((effect) => ({ rule: 'outsideWindow', evidence: tell(effect) }))
}

const weekMs = 7 * 24 * 3_600_000

/** In one weekend a ring begins after the last effect of those before; what was carried over has its own. */
function earlyRings(effects: readonly Effect[], { clients }: Inventory): Violation[] {
  const rings = new Map<string, number>(clients.map((client) => [client.name, client.ring]))
  const last = new Map<string, Effect>()
  // Weeks from Thursday to Wednesday, as the epoch began: no weekend is cut.
  const keyAt = (effect: Effect, ring: number): string => `${Math.floor(effect.at / weekMs)} ${ring}`
  for (const effect of effects) {
    const ring = rings.get(effect.client)
    if (ring === undefined) continue
    const known = last.get(keyAt(effect, ring))
    if (known === undefined || known.at < effect.at) last.set(keyAt(effect, ring), effect)
  }
  return effects.flatMap((effect): Violation[] => {
    const ring = rings.get(effect.client)
    if (ring === undefined || effect.phase === 'ended') return []
    const earlier = Array.from({ length: ring }, (_, before) => last.get(keyAt(effect, before)))
    const late = earlier.find((other) => other !== undefined && other.at > effect.at)
    return late === undefined
      ? []
      : [{ rule: 'ringTooEarly', evidence: `${tell(effect)}, but ${tell(late)}` }]
  })
}

/** The record doesn't say whether a checkpoint succeeded: that it ended before the installation began. */
function missingCheckpoints(effects: readonly Effect[], inventory: Inventory): Violation[] {
  const servers = serversByName(inventory)
  const checkpointed = new Set<string>()
  return effects.flatMap((effect): Violation[] => {
    const key = keyOf(effect.client, effect.server)
    if (effect.kind === 'checkpoint' && effect.phase === 'ended') checkpointed.add(key)
    const server = servers.get(key)
    const needsOne = server?.kind === 'vm' && server.runsOn !== undefined
    return effect.kind === 'install' && effect.phase === 'begun' && needsOne && !checkpointed.has(key)
      ? [{ rule: 'noCheckpoint', evidence: tell(effect) }]
      : []
  })
}

function afterStops(effects: readonly Effect[], stops: NonNullable<Terms['stops']>): Violation[] {
  return effects
    .filter(({ phase }) => phase === 'begun')
    .flatMap((effect): Violation[] => {
      const stop = stops.find(
        ({ at, boundMs, releasedAt = Infinity }) => effect.wire > at + boundMs && effect.wire < releasedAt,
      )
      return stop === undefined
        ? []
        : [{ rule: 'afterStop', evidence: `${tell(effect)}, ${effect.wire - stop.at} ms after the stop` }]
    })
}
