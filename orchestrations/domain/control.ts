import { z } from 'zod'
import type { Instant } from './time.ts'

/** What operators have said about a client, apart from any campaign. Times are plan time, epoch ms. */
export const ClientControl = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running') }),
  z.object({
    kind: z.literal('paused'),
    /** Without one it stays paused until somebody resumes it. */
    until: z.number().optional(),
    reason: z.string(),
    actor: z.string(),
    /** When that was said. */
    at: z.number().optional(),
  }),
  z.object({
    kind: z.literal('stopped'),
    reason: z.string(),
    actor: z.string(),
    at: z.number().optional(),
  }),
])
export type ClientControl = z.infer<typeof ClientControl>

/** Whether nothing may begin: the fleet-wide stop has reached the client, or the client's own is raised. */
export function isStopped(row: { control: ClientControl; emergency: boolean }, now: Instant): boolean {
  return row.emergency || controlNow(row.control, now).kind === 'stopped'
}

/** A pause whose time has come is over, whether or not somebody has written that down. */
export function controlNow(control: ClientControl, now: Instant): ClientControl {
  const over = control.kind === 'paused' && control.until !== undefined && control.until <= now
  return over ? { kind: 'running' } : control
}
