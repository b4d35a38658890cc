import { z } from 'zod'
import { ClientId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { ScenarioDefinition } from './scenario.ts'

const HostName = z.string().min(1).max(255)

/** One simulated machine, with what the inventory says of it. */
export const FleetServer = z.object({
  serverId: ServerId,
  clientId: ClientId,
  /** The client's name for people. */
  client: z.string().min(1).max(200),
  host: HostName,
  kind: z.enum(['hyperVHost', 'vm', 'physical']),
  /** Host names. */
  runsOn: HostName.optional(),
  backupServer: HostName.optional(),
  roles: z.array(z.string()),
  os: z.object({ name: z.string(), build: z.string() }),
})
export type FleetServer = z.infer<typeof FleetServer>

/** What `npm start` tells the fleet process. */
export const FleetFile = z.object({
  apiUrl: z.url(),
  clockFile: z.string().min(1),
  seed: z.union([z.int(), z.string()]),
  scenario: ScenarioDefinition,
  servers: z.array(FleetServer).min(1),
  tokens: z.record(ClientId, z.string().min(20)),
})
export type FleetFile = z.infer<typeof FleetFile>
