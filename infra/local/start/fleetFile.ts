import { writeFileSync } from 'node:fs'
import { EnrolmentTokenAnswer } from '../../../orchestrations/contracts/api.ts'
import type { Inventory } from '../../../orchestrations/domain/fleet.ts'
import type { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { FleetFile, FleetServer } from '../fleet/fleetFile.ts'
import type { Api } from './api.ts'
import type { Rehearsal } from './kept.ts'

const builds: Readonly<Record<string, string>> = {
  '2016': '10.0.14393',
  '2019': '10.0.17763',
  '2022': '10.0.20348',
  '2025': '10.0.26100',
}
const defaultSystem = 'Windows Server 2022'

/** Tells the simulated fleet which machines there are, and gives each client's agents their enrolment token. */
export async function writeFleetFile(
  file: string,
  api: Api,
  base: string,
  clockFile: string,
  { source: { inventory }, scenario, seed }: Rehearsal,
): Promise<void> {
  const clients = inventory.clients.map((client) => client.clientId)
  const tokens: Record<string, string> = {}
  for (let from = 0; from < clients.length; from += 100) {
    const body = { clients: clients.slice(from, from + 100), hosts: 10_000, days: 7 }
    const answer = await api.post('enrolment-tokens', body, EnrolmentTokenAnswer)
    for (const { clientId, token } of answer.tokens) tokens[clientId] = token
  }
  const content: FleetFile = {
    apiUrl: base,
    clockFile,
    seed,
    scenario,
    servers: machinesOf(inventory),
    tokens,
  }
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 })
}

function machinesOf({ clients, servers }: Inventory): FleetServer[] {
  const names = new Map(clients.map((client) => [client.clientId, client.name]))
  const hosts = new Map(servers.map((server) => [server.serverId, server.host]))
  const named = (id: ServerId | undefined) => (id === undefined ? undefined : hosts.get(id))
  return servers.map((server) => {
    const runsOn = named(server.runsOn)
    const backupServer = named(server.backupServer)
    return {
      serverId: server.serverId,
      clientId: server.clientId,
      client: names.get(server.clientId) ?? server.clientId,
      host: server.host,
      kind: server.kind,
      ...(runsOn === undefined ? {} : { runsOn }),
      ...(backupServer === undefined ? {} : { backupServer }),
      roles: [server.role],
      os: systemOf(server.os),
    }
  })
}

function systemOf(name = defaultSystem): FleetServer['os'] {
  const year = Object.keys(builds).find((candidate) => name.includes(candidate)) ?? '2022'
  return { name, build: builds[year] ?? '' }
}
