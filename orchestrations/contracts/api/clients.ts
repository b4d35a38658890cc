import { z } from 'zod'
import { ClientControl } from '../../domain/control.ts'
import { MaintenanceWindow } from '../../domain/fleet.ts'
import { CampaignId, ClientId, RingNumber } from '../../domain/ids.ts'
import { Occurrence } from '../../domain/occurrence.ts'
import { Exclusion, HeldJobs, ServerLine, StandingCheckpoint, Waiver } from './servers.ts'

/** `GET /api/clients/{clientId}`: what is known of a client apart from any campaign. Times are plan time. */
export const ClientShow = z.object({
  clientId: ClientId,
  name: z.string(),
  ring: RingNumber,
  zone: z.string(),
  contact: z.string().optional(),
  windows: z.array(MaintenanceWindow),
  freezeDates: z.array(z.string()),
  maxParallelServers: z.int(),
  priority: z.int(),
  /** The ledger's sequence: also the ETag. */
  revision: z.int(),
  control: ClientControl,
  epoch: z.int(),
  /** The emergency stop has reached it. */
  emergency: z.boolean(),
  excluded: Exclusion.optional(),
  lock: z.object({ owner: CampaignId.optional(), fence: z.int(), since: z.number().optional() }),
  /** The openings of the next five weeks. */
  nextWindows: z.array(Occurrence),
  servers: z.array(ServerLine),
  waivers: z.array(Waiver),
  checkpoints: z.array(StandingCheckpoint),
  heldJobs: z.array(HeldJobs),
})
export type ClientShow = z.infer<typeof ClientShow>

/** `POST /api/clients/{clientId}/unlock`: takes the lock from a campaign whose commands have all ended. */
export const UnlockBody = z.object({ reason: z.string().min(1).max(500) })

/** `POST /api/clients/{clientId}/calendar`: the address of its iCalendar feed; whoever has it may read it. */
export const CalendarAnswer = z.object({ clientId: ClientId, url: z.string() })
export type CalendarAnswer = z.infer<typeof CalendarAnswer>
