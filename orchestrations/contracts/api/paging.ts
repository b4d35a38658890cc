import { z } from 'zod'

/** Every list that can grow is paged: `?limit=N&cursor=<next of the page before>`; `next` absent = the last page. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor: z.string().max(500).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

export const Next = { next: z.string().optional() } as const
