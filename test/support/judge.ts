import type { Inventory } from '../../orchestrations/domain/fleet.ts'
import { judgeAround } from './judgeAround.ts'
import { judgeClients } from './judgeClients.ts'
import { judgeProofs } from './judgeProofs.ts'
import { judgeRings } from './judgeRings.ts'
import { judgeStarts } from './judgeStarts.ts'
import { tell, type Effect, type Terms, type Violation } from './judgeRecord.ts'
import { succeeded, turnsOf } from './judgeTurns.ts'

export {
  readEffects,
  readOperator,
  readRecord,
  type Effect,
  type OperatorLine,
  type Terms,
  type Violation,
} from './judgeRecord.ts'

/**
 * Judges a campaign by what the machines recorded and what the inventory and the operator asked for, with no
 * code of ATLAS that decides: invariants 1 to 8 of safety.md. No violation: an empty list. Where the record leaves a
 * doubt the judge says nothing, so that what it says is one.
 */
export function judge(record: readonly Effect[], terms: Terms): Violation[] {
  const turns = turnsOf(record, terms.inventory)
  return [
    ...strangers(record, terms.inventory),
    ...repeats(record.filter(({ phase }) => phase !== 'seen')),
    ...judgeClients(turns, terms),
    ...judgeStarts(record, turns, terms),
    ...judgeRings(turns, terms),
    ...judgeProofs(turns, terms),
    ...judgeAround(turns, terms),
  ]
}

/** Servers that their own machines say are updated and well. */
export function provenServers(record: readonly Effect[], inventory: Inventory): ReadonlySet<string> {
  return new Set(
    turnsOf(record, inventory).flatMap((turn) => (succeeded(turn) ? [turn.server.serverId] : [])),
  )
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
