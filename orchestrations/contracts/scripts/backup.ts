import { z } from 'zod'

const Job = z.object({ id: z.string().max(80), name: z.string().max(200) })

/** Jobs that were enabled and are held now; `running`: their sessions did not end within the wait. */
export const HoldJobsResult = z.object({ held: z.array(Job).max(200), running: z.array(Job).max(200) })

/** `missing`: held jobs that no longer exist. */
export const ReleaseJobsResult = z.object({
  released: z.array(Job).max(200),
  missing: z.array(z.string().max(80)).max(200),
})
