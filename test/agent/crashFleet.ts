import type { FleetFile, FleetServer } from '../../infra/local/fleet/fleetFile.ts'
import { FleetFile as FleetFileSchema } from '../../infra/local/fleet/fleetFile.ts'
import { instant } from '../../infra/local/fleet/scenarios/even.ts'
import { clientId, serverId } from './fakes.ts'

/** One physical server whose installations take a tenth of a second. */
export function crashFleet(): { fleet: FleetFile; server: FleetServer } {
  const server: FleetServer = {
    serverId,
    clientId,
    client: 'Boulangerie',
    host: 'SRV01',
    kind: 'physical',
    roles: [],
    os: { name: 'Windows Server 2022', build: '20348' },
  }
  const { durations } = instant
  if (durations.kind !== 'shared') throw new Error('instant shares its time out')
  const scenario = { ...instant, durations: { ...durations, totalSeconds: 0.1 } }
  const tokens = { [clientId]: 'x'.repeat(24) }
  const fleet = FleetFileSchema.parse({
    apiUrl: 'http://127.0.0.1:1',
    clockFile: 'unused',
    seed: 1,
    scenario,
    servers: [server],
    tokens,
  })
  return { fleet, server }
}
