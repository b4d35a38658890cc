import { z } from 'zod'
import { ClientId, RingNumber, ServerId } from './ids.ts'
import { HealthProbes } from './probes.ts'

export const ServerKind = z.enum(['hyperVHost', 'vm', 'physical'])
export type ServerKind = z.infer<typeof ServerKind>

/** What a server does, in the order in which roles are updated; `other` counts as an application server. */
export const roles = [
  'rds',
  'application',
  'web',
  'file',
  'print',
  'exchange',
  'sql',
  'domainController',
  'backup',
  'host',
  'other',
] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const Server = z.object({
  serverId: ServerId,
  clientId: ClientId,
  host: z.string().min(1).max(255),
  site: z.string().max(100).optional(),
  role: Role,
  kind: ServerKind,
  /** The Hyper-V host that it runs on: checkpoints go there. */
  runsOn: ServerId.optional(),
  /** Where its backups are looked up; without one its own backup is asked. */
  backupServer: ServerId.optional(),
  /** Its replica partner: never both at once. */
  partner: ServerId.optional(),
  /** Explicit place in the client's order; without one the role decides, then the name. */
  order: z.int().min(1).max(10_000).optional(),
  os: z.string().max(100).optional(),
  /** What must answer after its update, beside its services. */
  probes: HealthProbes.optional(),
})
export type Server = z.infer<typeof Server>

/** Local time + IANA zone + RRULE + duration (architecture.md, section 2). */
export const MaintenanceWindow = z.object({
  /** RFC 5545 recurrence without DTSTART, e.g. `FREQ=WEEKLY;BYDAY=SA`. */
  rrule: z.string().max(200),
  /** Local wall time of the start, `HH:mm`. */
  start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Wall-clock length in minutes: the end is local wall time, also over a clock change. */
  minutes: z
    .int()
    .min(15)
    .max(7 * 24 * 60),
})
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>

/** Saturday and Sunday, all day: two occurrences that touch and so merge. */
export const weekend: readonly MaintenanceWindow[] = [
  { rrule: 'FREQ=WEEKLY;BYDAY=SA,SU', start: '00:00', minutes: 24 * 60 },
]

export const Client = z.object({
  clientId: ClientId,
  name: z.string().min(1).max(200),
  ring: RingNumber,
  zone: z.string().max(60),
  windows: z.array(MaintenanceWindow).min(1).max(20),
  /** Local dates (`YYYY-MM-DD`) on which nothing starts. */
  freezeDates: z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)).max(366),
  maxParallelServers: z.int().min(1).max(20),
  priority: z.int().min(0).max(1000),
  contact: z.string().max(200).optional(),
})
export type Client = z.infer<typeof Client>

export interface Inventory {
  readonly clients: readonly Client[]
  readonly servers: readonly Server[]
}
