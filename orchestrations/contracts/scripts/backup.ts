import { z } from 'zod'

const Job = z.object({ id: z.string().min(1).max(80), name: z.string().max(200) })

/**
 * `held`: enabled before and disabled now, by this run or by one before it for the same server; what somebody
 * had disabled isn't among them. `running`: their sessions did not end within the wait.
 */
export const HoldJobsResult = z.object({ held: z.array(Job).max(200), running: z.array(Job).max(200) })

/** `released`: no longer held for the server. `missing`: asked for, and no longer among the jobs. */
export const ReleaseJobsResult = z.object({
  released: z.array(Job).max(200),
  missing: z.array(z.string().max(80)).max(200),
})
