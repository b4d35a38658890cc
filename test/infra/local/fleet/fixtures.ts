import type { FleetFile, FleetServer } from '../../../../infra/local/fleet/fleetFile.ts'
import { FleetFile as FleetFileSchema } from '../../../../infra/local/fleet/fleetFile.ts'
import type { ScenarioDefinition } from '../../../../infra/local/fleet/scenario.ts'
import type { Work } from '../../../../agent/windows.ts'
import { CommandId } from '../../../../orchestrations/domain/ids.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'

/** A host with a guest, and a physical server. */
export function fleetOf(scenario: ScenarioDefinition, changes: Partial<FleetFile> = {}): FleetFile {
  const common = {
    clientId: 'boulangerie',
    client: 'Boulangerie Ançay',
    roles: [],
    os: { name: 'Windows Server 2022', build: '20348' },
  }
  return FleetFileSchema.parse({
    apiUrl: 'http://127.0.0.1:1',
    clockFile: 'unused',
    seed: 1,
    scenario,
    servers: [
      { ...common, serverId: 'boulangerie.hv01', host: 'HV01', kind: 'hyperVHost' },
      { ...common, serverId: 'boulangerie.vm01', host: 'VM01', kind: 'vm', runsOn: 'HV01' },
      { ...common, serverId: 'boulangerie.fs01', host: 'FS01', kind: 'physical' },
    ],
    tokens: { boulangerie: 'x'.repeat(24) },
    ...changes,
  })
}

export function serverOf(fleet: FleetFile, host: string): FleetServer {
  const server = fleet.servers.find((each) => each.host === host)
  if (server === undefined) throw new Error(`no ${host}`)
  return server
}

export function workFor(server: FleetServer, commandId: string, task: Task): Work {
  const { clientId, serverId } = server
  return {
    commandId: CommandId.parse(commandId),
    task,
    subject: { clientId, serverId },
    issuedAt: 0,
    acceptedAt: 5,
  }
}
