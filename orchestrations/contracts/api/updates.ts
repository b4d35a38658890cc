import { z } from 'zod'
import { CampaignId } from '../../domain/ids.ts'

/**
 * A KB across all campaigns: `GET /api/updates`. `blocked`: no further server gets it, whatever a plan says;
 * blocked by an operator, or by ATLAS when it failed at several clients (`actor` atlas).
 */
export const UpdateLine = z.object({
  kb: z.string(),
  title: z.string(),
  succeeded: z.int(),
  failed: z.int(),
  clients: z.int(),
  clientsFailed: z.int(),
  blocked: z.object({ reason: z.string(), actor: z.string(), at: z.number() }).optional(),
})
export type UpdateLine = z.infer<typeof UpdateLine>

export const UpdateList = z.object({ updates: z.array(UpdateLine), campaignId: CampaignId.optional() })
export type UpdateList = z.infer<typeof UpdateList>

/** `POST /api/updates/{kb}/block` and `/unblock`. */
export const BlockBody = z.object({ reason: z.string().min(1).max(500) })

export const Kb = z.string().regex(/^KB\d{6,8}$/)
