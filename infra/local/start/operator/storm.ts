import { createHash } from 'node:crypto'
import type { Client, Inventory, Server } from '../../../../orchestrations/domain/fleet.ts'
import { OperatorScript, type OperatorScriptGiven } from './script.ts'

type Given = OperatorScriptGiven['actions'][number]

/**
 * What an operator does in a storm: a client phones, another is stopped, servers are left out, a ring is held, the
 * whole fleet is stopped once and released, the failed is tried again. Who and when follows from the seed.
 */
export function stormScript({ clients, servers }: Inventory, seed: number): OperatorScript {
  const unit = (what: string): number =>
    createHash('sha256')
      .update(JSON.stringify([seed, 'operator', what]))
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48
  const pick = <T>(from: readonly T[], what: string): T | undefined =>
    from[Math.floor(unit(what) * from.length)]
  const minutes = (what: string, least: number, most: number): number =>
    Math.round(least + (most - least) * unit(what))

  const sizeOf = ({ clientId }: Client): number =>
    servers.filter((server) => server.clientId === clientId).length
  const inRing = (ring: number): Client[] =>
    clients.filter((client) => client.ring === ring && sizeOf(client) > 1)
  const serverIn = (ring: number, what: string): Server | undefined => {
    const client = pick(inRing(ring), what)
    return pick(
      servers.filter(({ clientId, kind }) => clientId === client?.clientId && kind === 'vm'),
      `${what}.server`,
    )
  }
  const [phones, leaves, late] = [
    pick(inRing(1), 'phones'),
    pick(inRing(2), 'leaves'),
    pick(inRing(2), 'late'),
  ]
  const [left, gone] = [serverIn(2, 'left'), serverIn(3, 'gone')]
  const lastRing = Math.max(...clients.map(({ ring }) => ring))

  const actions = [
    ...(left === undefined
      ? []
      : [excluded('leave one server out for some hours', left, minutes('out', 60, 600))]),
    ...(gone === undefined ? [] : [excluded('leave one server out for good', gone)]),
    ...(phones === undefined ? [] : clientPhones(phones, minutes('pause', 30, 120))),
    ...(leaves === undefined ? [] : clientIsStopped(leaves)),
    ...(lastRing > 1 ? ringIsHeld(lastRing, minutes('hold', 10, 60)) : []),
    ...(late === undefined || late === leaves ? [] : everythingIsStopped(late)),
    ...pauseOfAll(minutes('pauseOfAll', 60, 240)),
    ...handOver(),
  ]
  return OperatorScript.parse({ actions })
}

function excluded(name: string, { serverId }: Server, minutes?: number): Given {
  return {
    name,
    when: { kind: 'at', minutes: 1 },
    do: { kind: 'excludeServer', serverId, ...(minutes === undefined ? {} : { minutes }), reason: name },
  }
}

/** Half of the pauses end by themselves. */
function clientPhones({ clientId }: Client, minutes: number): Given[] {
  const pause = 'a client phones'
  const isEven = minutes % 2 === 0
  const paused: Given = {
    name: pause,
    when: { kind: 'begun', clientId, servers: 2 },
    do: {
      kind: 'pauseClient',
      clientId,
      caller: 'Mme Rey',
      reason: 'Closing the month',
      ...(isEven ? { minutes } : {}),
    },
  }
  if (isEven) return [paused]
  return [
    paused,
    {
      name: 'the client phones again',
      when: { kind: 'after', action: pause, minutes, seconds: 7 },
      do: { kind: 'resumeClient', clientId },
    },
  ]
}

function clientIsStopped({ clientId }: Client): Given[] {
  const stop = 'one client is stopped'
  return [
    {
      name: stop,
      when: { kind: 'begun', clientId, servers: 2 },
      do: { kind: 'stopClient', clientId, reason: 'Their production stands' },
    },
    {
      name: 'the stopped client goes on',
      when: { kind: 'after', action: stop, seconds: 10 },
      do: { kind: 'resumeClient', clientId },
    },
  ]
}

function ringIsHeld(ring: number, minutes: number): Given[] {
  const hold = 'the last ring is held'
  return [
    { name: hold, when: { kind: 'ring', ring: 1, state: 'running' }, do: { kind: 'holdRing', ring } },
    {
      name: 'the ring before it has passed',
      when: { kind: 'ring', ring: ring - 1, state: 'passed' },
      do: { kind: 'holdRing', ring, reason: 'Still held: looked at' },
    },
    {
      name: 'the last ring is let go',
      when: { kind: 'after', action: 'the ring before it has passed', minutes, seconds: 6 },
      do: { kind: 'promoteRing', ring },
    },
  ]
}

/** Long enough for a stop to have reached everybody, and for what would wrongly begin to be seen. */
function everythingIsStopped({ clientId }: Client): Given[] {
  const stop = 'EMERGENCY STOP'
  return [
    {
      name: stop,
      when: { kind: 'begun', clientId, servers: 2 },
      do: { kind: 'stop', reason: 'Phones ring' },
    },
    {
      name: 'false alarm',
      when: { kind: 'after', action: stop, seconds: 12 },
      do: { kind: 'release', reason: 'False alarm' },
    },
  ]
}

function pauseOfAll(minutes: number): Given[] {
  const pause = 'everything pauses'
  return [
    { name: pause, when: { kind: 'at', minutes }, do: { kind: 'pauseCampaign', reason: 'Change of shift' } },
    {
      name: 'everything goes on',
      when: { kind: 'after', action: pause, seconds: 8 },
      do: { kind: 'resumeCampaign' },
    },
  ]
}

/** The first of each kind: what is not well is tried again, judged by hand, or let through with a waiver. */
function handOver(): Given[] {
  return [
    {
      name: 'somebody looks at a server',
      when: { kind: 'server', state: 'needsOperator' },
      do: { kind: 'resolveServer', outcome: 'rolledBack', reason: 'It runs as it was before' },
    },
    {
      name: 'a failed server is tried again',
      when: { kind: 'server', state: 'failed' },
      do: { kind: 'retryServer', reason: 'The proxy was mended' },
    },
    {
      name: 'an old backup will do',
      when: { kind: 'server', state: 'skipped', reason: 'backupTooOld' },
      do: { kind: 'waive', minutes: 24 * 60, reason: 'The client said so in writing' },
    },
    {
      name: 'the one with the old backup after all',
      when: { kind: 'server', state: 'skipped', reason: 'backupTooOld' },
      do: { kind: 'retryServer', reason: 'With a waiver' },
    },
  ]
}
