import { z } from 'zod'

/** Actions for which a second person can be required (app setting ATLAS_SECOND_PERSON). */
export const twoPersonActions = [
  'startCampaign',
  'cancelCampaign',
  'promoteRing',
  'release',
  'unlockClient',
  'resolveServer',
  'addWaiver',
  'addBuildWaiver',
  'unblockUpdate',
] as const
export const TwoPersonAction = z.enum(twoPersonActions)
export type TwoPersonAction = z.infer<typeof TwoPersonAction>

/**
 * What somebody asked for and somebody else must allow. The call that asked is answered 202 with this; once approved,
 * the same call by the same person does it, once, within half an hour. Wire time, epoch ms.
 */
export const Approval = z.object({
  approvalId: z.string(),
  action: TwoPersonAction,
  requestedBy: z.string(),
  requestedAt: z.number(),
  expiresAt: z.number(),
  /** `POST /api/clients/x/unlock` and its body, for whoever judges. */
  request: z.string().max(2000),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('waiting') }),
    z.object({ kind: z.literal('approved'), by: z.string() }),
    z.object({ kind: z.literal('refused'), by: z.string(), reason: z.string() }),
    z.object({ kind: z.literal('used') }),
  ]),
})
export type Approval = z.infer<typeof Approval>

/** `GET /api/approvals`; `POST /api/approvals/{approvalId}/approve|refuse` ReasonBody. */
export const ApprovalList = z.object({ approvals: z.array(Approval) })
export type ApprovalList = z.infer<typeof ApprovalList>
