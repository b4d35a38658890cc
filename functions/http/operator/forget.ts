import { clientOf, isCleanup, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { isUnderWay } from '../../../orchestrations/domain/outcomes.ts'
import type { Write } from '../../adapters/tables/clientStore.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { rowKeys, type CommandRow, type RunRow, type ServerRow } from '../../adapters/tables/rows.ts'
import { eachOf } from '../../concurrency.ts'
import type { By } from '../../control/exclusion.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { noSuchServer } from './auth.ts'

const clientsAtOnce = 16

/**
 * Takes a server's key back: its machine was reinstalled or replaced, and is to be enrolled anew. Whoever holds the
 * old key is refused from then on, and hears nothing more on its queue. Refused while anything is under way there;
 * what nobody will ever answer any more, of places that have ended, ends as interrupted. Of a server without an agent
 * there is only that left to do.
 */
export async function forgetAgent(services: Services, serverId: ServerId, by: By): Promise<void> {
  const clientId = clientOf(serverId)
  const others = (await clientsServedBy(services, serverId)).filter((one) => one !== clientId)
  const commandsThere = new Map<ClientId, Commands>()
  await eachOf(others, clientsAtOnce, async (other) => {
    const commands = await commandsOn(services, other, serverId)
    await services.clients.read(other, needsOf(commands), (partition) =>
      requireIdle(partition, serverId, commands),
    )
    commandsThere.set(other, commands)
  })
  const own = await commandsOn(services, clientId, serverId)
  await services.clients.transact(clientId, needsOf(own), (partition) => {
    const row = partition.server(serverId)
    if (!row) throw noSuchServer(serverId)
    by.unchanged(partition)
    if (!row.agent && row.agentsForgotten === undefined) throw new Refusal('noAgentToForget', { serverId })
    requireIdle(partition, serverId, own)
    const left = endOf(services, partition, own)
    if (!row.agent && left.length === 0) return { kind: 'nothing', value: undefined }
    return {
      kind: 'write',
      rows: [...left, { rowKey: rowKeys.server(serverId), value: withoutAgent(services, row) }],
      ledger: {
        actor: by.actor,
        action: 'agent.forgotten',
        object: serverId,
        detail: { reason: by.reason, interrupted: left.length },
      },
      value: undefined,
    }
  })
  for (const [other, commands] of commandsThere)
    await endElsewhere(services, other, { serverId, commands, by })
}

/** Everything that was known of the agent, and of doubts about it, goes with its key. */
function withoutAgent(services: Services, row: ServerRow): ServerRow {
  const { agent, machine, quarantined, restoring, ...rest } = row
  void [machine, quarantined, restoring]
  if (!agent) return row
  return { ...rest, agentsForgotten: (row.agentsForgotten ?? 0) + 1, acceptedAt: services.clocks.wire() }
}

/** Its own client, and those for whose servers it acts: a host with several clients' machines, a backup server. */
async function clientsServedBy(services: Services, serverId: ServerId): Promise<ClientId[]> {
  const found: ClientId[] = []
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const serves = await services.clients.read(clientId, {}, (partition) =>
      partition.servers().some(({ server }) => [server.runsOn, server.backupServer].includes(serverId)),
    )
    if (serves) found.push(clientId)
  })
  return found
}

interface Commands {
  readonly owner: RunRow['campaignId'] | undefined
  /** Of the lock's owner on this server: those without an end, and all others. */
  readonly open: readonly CommandRow[]
  readonly ended: ReadonlySet<string>
}

const needsOf = ({ owner, open }: Commands) => ({
  ...(owner === undefined || isCleanup(owner) ? {} : { campaign: owner }),
  commands: open.map((row) => row.commandId),
})

async function commandsOn(services: Services, clientId: ClientId, serverId: ServerId): Promise<Commands> {
  const owner = await services.clients.read(clientId, {}, (partition) => partition.lock().owner)
  const rows = owner === undefined ? [] : await services.history.commands(clientId, owner)
  // A reading changes nothing, and what waits for it gives up by itself.
  const there = rows.filter((row) => row.on === serverId && row.lockFree !== true && row.step !== 'probe')
  return {
    owner,
    open: there.filter((row) => row.end === undefined),
    ended: new Set(there.flatMap((row) => (row.end ? [row.commandId] : []))),
  }
}

/** Throws while a server is under way of which this agent has, or may have, something in hand. */
function requireIdle(partition: Partition, serverId: ServerId, { owner, open, ended }: Commands): void {
  const { owner: now } = partition.lock()
  if (now === undefined) return
  if (now !== owner) throw new Refusal('agentJustTaken', { serverId })
  if (isCleanup(now)) {
    if (open.length > 0) throw new Refusal('agentRemovesCheckpoint', { serverId })
    return
  }
  const working = partition.runs(now).filter((run) => isUnderWay(run.state) && hasInHand(run))
  if (working.length > 0)
    throw new Refusal('agentUnderWay', {
      serverId,
      servers: working.map((run) => run.serverId).join(', '),
    })

  function hasInHand({ serverId: subject, command }: RunRow): boolean {
    if (subject === serverId || open.some((row) => row.subject === subject)) return true
    return command?.on === serverId && !ended.has(command.commandId)
  }
}

/** Commands that only the forgotten agent could have ended. */
function endOf(services: Services, partition: Partition, { open }: Commands): Write[] {
  return open.flatMap(({ commandId }) => {
    const row = partition.command(commandId)
    if (!row || row.end) return []
    const { kind, acceptedAt = row.issuedAt } = row
    const message = 'An operator had its agent forgotten before it said what became of it'
    const end = {
      type: 'interrupted',
      commandId,
      kind,
      at: services.clocks.wire(),
      acceptedAt,
      message,
    } as const
    const value: CommandRow = { ...row, end, endedPlanAt: services.clocks.plan() }
    return [{ rowKey: rowKeys.command(commandId), value }]
  })
}

async function endElsewhere(
  services: Services,
  clientId: ClientId,
  { serverId, commands, by }: { serverId: ServerId; commands: Commands; by: By },
): Promise<void> {
  await services.clients.transact(clientId, needsOf(commands), (partition) => {
    const rows = endOf(services, partition, commands)
    if (rows.length === 0) return { kind: 'nothing', value: undefined }
    const detail = { reason: by.reason, interrupted: rows.length }
    const ledger = { actor: by.actor, action: 'agent.forgotten', object: serverId, detail }
    return { kind: 'write', rows, ledger, value: undefined }
  })
}
