import type { ServerKind } from './fleet.ts'
import type { ServerId } from './ids.ts'
import { reason, type Reason } from './reasons.ts'

export interface Silent {
  readonly serverId: ServerId
  readonly kind: ServerKind
  readonly site?: string | undefined
  readonly runsOn?: ServerId | undefined
}

export interface Witness {
  readonly serverId: ServerId
  readonly site?: string | undefined
  readonly enrolled: boolean
  readonly online: boolean
  readonly underWay: boolean
  /** When it was last heard from, epoch ms. */
  readonly heardAt?: number | undefined
}

export type Prober =
  /** `vm`: it is the Hyper-V host, which sees more than the network does. */
  | { readonly kind: 'ask'; readonly on: ServerId; readonly vm: boolean }
  | { readonly kind: 'lineDown'; readonly heardAt: number | undefined }
  | { readonly kind: 'nobody' }

/**
 * Who can say how a silent server is: its Hyper-V host, else a neighbour of its site that is not under way itself.
 * When none of a site's other agents is heard, no question gets there: the line is down.
 */
export function chooseProber(silent: Silent, all: readonly Witness[]): Prober {
  const host = all.find(({ serverId }) => serverId === silent.runsOn)
  if (host?.online) return { kind: 'ask', on: host.serverId, vm: silent.kind === 'vm' }
  const neighbours = all.filter(
    ({ serverId, site, enrolled }) => enrolled && site === silent.site && serverId !== silent.serverId,
  )
  const neighbour = neighbours.find(({ online, underWay }) => online && !underWay)
  if (neighbour) return { kind: 'ask', on: neighbour.serverId, vm: false }
  if (neighbours.length === 0 || neighbours.some(({ online }) => online)) return { kind: 'nobody' }
  const heard = neighbours.flatMap(({ heardAt }) => heardAt ?? [])
  return { kind: 'lineDown', heardAt: heard.length > 0 ? Math.max(...heard) : undefined }
}

export interface Seen {
  readonly power: 'on' | 'off' | 'unknown'
  readonly heartbeat: 'ok' | 'lost' | 'unknown'
  readonly answers: boolean
}

/** What a probe says of a silent server; undefined when it doesn't tell: a neighbour that gets no answer. */
export function silenceReason({ power, heartbeat, answers }: Seen, by: string): Reason | undefined {
  if (power === 'off') return reason('machineOff', { by })
  if (answers || heartbeat === 'ok') return reason('machineCutOff', { by })
  return power === 'on' ? reason('machineHung', { by }) : undefined
}
