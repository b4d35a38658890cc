import type { Client, Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import type { Effect } from './judgeRecord.ts'

/**
 * One turn of one server: everything that one story did to it, from the first look to the last effect. A server
 * that an operator tries again has two.
 */
export interface Turn {
  readonly server: Server
  readonly client: Client
  /** In the order of plan time. */
  readonly lines: readonly Effect[]
  readonly first: Effect
  readonly last: Effect
  /** The first line that changes something. */
  readonly begun: Effect
  /** An effect is still under way. */
  readonly open: boolean
}

/** `<campaign>.p<pass>.<server>.<step>.<attempt>`: all steps of one story share what comes before the step. */
const storyOf = ({ client, server, commandId }: Effect): string =>
  `${client}\n${server}\n${commandId.split('.').slice(0, -2).join('.')}`

/** Turns in which something was changed; machines that the inventory doesn't know are left out. */
export function turnsOf(record: readonly Effect[], { clients, servers }: Inventory): Turn[] {
  const clientsByName = new Map(clients.map((client) => [client.name, client]))
  const serversByName = new Map(servers.map((server) => [`${server.clientId}\n${server.host}`, server]))
  const stories = Map.groupBy(record, storyOf)
  return [...stories.values()].flatMap((unordered): Turn[] => {
    const lines = unordered.toSorted((a, b) => a.at - b.at)
    const [first] = lines
    const last = lines.at(-1)
    const begun = lines.find(({ phase }) => phase === 'begun')
    const client = clientsByName.get(first?.client ?? '')
    const server = serversByName.get(`${client?.clientId ?? ''}\n${first?.server ?? ''}`)
    if (!first || !last || !begun || !client || !server) return []
    const ended = new Set(lines.filter(({ phase }) => phase === 'ended').map(({ commandId }) => commandId))
    const open = lines.some(({ phase, commandId }) => phase === 'begun' && !ended.has(commandId))
    return [{ server, client, lines, first, last, begun, open }]
  })
}

const isUndoing = ({ kind, phase }: Effect): boolean =>
  phase === 'begun' && (kind === 'restoreCheckpoint' || kind === 'uninstall')

/** The machine itself says that what was approved is on it, that it is well, and nobody took it back since. */
export function succeeded({ lines }: Turn): boolean {
  const proof = lines.findLast(
    ({ kind, phase, asked = 0 }) => kind === 'verify' && phase === 'seen' && asked > 0,
  )
  if (proof?.healthy !== true || proof.left !== 0) return false
  return !lines.some((line) => isUndoing(line) && line.at >= proof.at)
}

/** It ended badly, as far as the machine alone can tell: taken back, or installed in part and left so. */
export function failed(turn: Turn): boolean {
  if (turn.open || succeeded(turn)) return false
  const { lines } = turn
  const install = lines.findLast(({ kind, phase }) => kind === 'install' && phase === 'ended')
  return lines.some(isUndoing) || install?.ok === false
}

const around = new Set(['holdJobs', 'releaseJobs', 'drain', 'undrain'])

/**
 * It was booted because a reboot was pending, or its people and backups were kept off it, and left alone as it then
 * was: it says nothing about the updates.
 */
export function onlyBooted({ lines, open }: Turn): boolean {
  const changes = lines.filter(({ phase, kind }) => phase !== 'seen' && !around.has(kind))
  return (
    !open && changes.every(({ kind, phase, ok }) => kind === 'reboot' && (phase === 'begun' || ok === true))
  )
}

/** Until when its machine can't be spoken to, plan time; `Infinity` when it never comes back. */
export function silentUntil({ lines }: Turn): number {
  return Math.max(
    -Infinity,
    ...lines.map(({ backAt }) => (backAt === null ? Infinity : (backAt ?? -Infinity))),
  )
}

/** The last that was seen of it was a machine that isn't well. */
export function leftUnwell({ lines }: Turn): boolean {
  return lines.findLast(({ kind, phase }) => kind === 'verify' && phase === 'seen')?.healthy === false
}

/** A turn's line for people. */
export const tellTurn = ({ server, first, last, open }: Turn): string =>
  `${server.serverId} ${new Date(first.at).toISOString()} to ${open ? 'no end' : new Date(last.at).toISOString()}`
