import { z } from 'zod'
import { Reason } from '../../../orchestrations/domain/reasons.ts'

const End = z.object({ p20: z.number(), p80: z.number() })

/** What the plan's page shows of the domain's plan. */
export const PlanFacts = z.object({
  start: z.number(),
  end: End,
  settings: z.object({ soakMinutes: z.array(z.number()) }).optional(),
  rings: z.array(
    z.object({
      ring: z.number(),
      firstStart: z.number(),
      end: End,
      clients: z.array(
        z.object({
          clientId: z.string(),
          name: z.string(),
          zone: z.string(),
          servers: z.array(z.object({ serverId: z.string(), host: z.string() })),
          firstStart: z.number(),
          end: End,
          /** In order of time. */
          windows: z.array(z.object({ start: z.number(), end: z.number() })).default([]),
          doesNotFit: z.array(z.string()),
          why: Reason.optional(),
        }),
      ),
    }),
  ),
  refused: z.array(z.object({ serverId: z.string(), reason: Reason })),
})
export type PlanFacts = z.infer<typeof PlanFacts>
