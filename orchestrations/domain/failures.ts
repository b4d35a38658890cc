import { z } from 'zod'

/** What to do about a failed command, judged by the agent from the error code (wua-contract: `action`). */
export const Remedy = z.enum(['retry', 'rebootFirst', 'repairFirst', 'giveUp'])
export type Remedy = z.infer<typeof Remedy>

/** Why something failed: a stable code, a sentence for people, and where there is one the HRESULT in hex. */
export const Failure = z.object({
  code: z.string().max(80),
  message: z.string().max(2000),
  hresult: z
    .string()
    .regex(/^0x[0-9A-F]{8}$/)
    .optional(),
  remedy: Remedy,
})
export type Failure = z.infer<typeof Failure>
