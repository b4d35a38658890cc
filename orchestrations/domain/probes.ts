import { z } from 'zod'

/** What must answer before a server counts as healthy; seen from the server itself. */
export const HealthProbe = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('tcp'),
    /** Without one, the server itself. */
    host: z.string().min(1).max(255).optional(),
    port: z.int().min(1).max(65_535),
  }),
  z.object({
    type: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }).max(500),
    /** Without one, any from 200 to 399. */
    status: z.int().optional(),
  }),
  z.object({ type: z.literal('service'), name: z.string().min(1).max(256) }),
])
export type HealthProbe = z.infer<typeof HealthProbe>

/** Of one server; all of them are asked at each look at it. */
export const mostProbes = 10
export const HealthProbes = z.array(HealthProbe).min(1).max(mostProbes)
