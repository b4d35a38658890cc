import { z } from 'zod'
import { PlanAnswer } from '../../orchestrations/contracts/api.ts'
import { Reason } from '../../orchestrations/domain/reasons.ts'

const End = z.object({ p20: z.number(), p80: z.number() })

/** What is printed of the domain's plan. Times are plan time, epoch ms. */
export const PlanFacts = z.object({
  start: z.number(),
  end: End,
  updates: z.object({ ids: z.array(z.string()), categories: z.array(z.string()) }),
  rings: z.array(
    z.object({
      ring: z.number(),
      soakMinutes: z.number(),
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
          doesNotFit: z.array(z.string()),
          why: Reason.optional(),
        }),
      ),
    }),
  ),
  refused: z.array(z.object({ serverId: z.string(), reason: Reason })),
})
export type PlanFacts = z.infer<typeof PlanFacts>

/** The plan whole (for `--json`) and its facts (for people). */
export const PlanWithFacts = PlanAnswer.transform((answer, context) => {
  const facts = PlanFacts.safeParse(answer.plan)
  if (facts.success) return { answer, facts: facts.data }
  for (const issue of facts.error.issues)
    context.addIssue({ code: 'custom', message: issue.message, path: ['plan', ...issue.path] })
  return z.NEVER
})
export type PlanWithFacts = z.infer<typeof PlanWithFacts>
