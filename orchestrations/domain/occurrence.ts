import { z } from 'zod'

/** One opening of a client's maintenance windows, merged with those it touches: start ≤ t < end. Plan time. */
export const Occurrence = z.object({ start: z.number(), end: z.number() })
export type Occurrence = z.infer<typeof Occurrence>
