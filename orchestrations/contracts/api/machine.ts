import { z } from 'zod'
import { UpdateSource } from '../scripts/server.ts'
import { ListedReplica } from '../tasks.ts'

/** What a server's agent said of its machine when it was last looked at; what it can't tell is absent. */
export const MachineFacts = z.object({
  /** Plan time, epoch ms. */
  lookedAt: z.number(),
  source: UpdateSource.optional(),
  /** What else could patch or reboot it by itself: services, tasks, policies, WSUS deadlines. */
  otherPatchers: z.array(z.string()).optional(),
  /** Installed features, as Get-WindowsFeature names them. */
  roles: z.array(z.string()).optional(),
  sessions: z.object({ active: z.int(), disconnected: z.int() }).optional(),
  /** Drives whose protection has to be suspended for a reboot. */
  bitLocker: z.array(z.string()).optional(),
  /** Of a Hyper-V host: guests that are replicated, and how. */
  replicas: z.array(ListedReplica).optional(),
  /** Version of Veeam Backup & Replication. */
  veeam: z.string().optional(),
  /** By the machine's own clock, epoch ms. */
  bootedAt: z.number().optional(),
})
export type MachineFacts = z.infer<typeof MachineFacts>
