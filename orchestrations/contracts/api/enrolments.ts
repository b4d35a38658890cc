import { z } from 'zod'
import { ClientId } from '../../domain/ids.ts'

/** A host that asked to be enrolled with a client's token and isn't in the inventory. Wire time, epoch ms. */
export const WaitingEnrolment = z.object({
  enrolmentId: z.string(),
  clientId: ClientId,
  host: z.string(),
  /** RFC 7638 thumbprint of its key: compare it with what the host shows. */
  thumbprint: z.string(),
  agentVersion: z.string(),
  askedAt: z.number(),
})
export type WaitingEnrolment = z.infer<typeof WaitingEnrolment>

/** `GET /api/enrolments`; `POST /api/enrolments/{enrolmentId}/approve|refuse` ReasonBody. */
export const EnrolmentList = z.object({ enrolments: z.array(WaitingEnrolment) })
export type EnrolmentList = z.infer<typeof EnrolmentList>

/** `GET /api/enrolment-tokens`: those still usable, without the tokens themselves; `DELETE /api/enrolment-tokens/{id}`. */
export const EnrolmentTokenList = z.object({
  tokens: z.array(
    z.object({
      id: z.string(),
      clientId: ClientId,
      left: z.int(),
      expiresAt: z.number(),
      issuedBy: z.string(),
    }),
  ),
})
export type EnrolmentTokenList = z.infer<typeof EnrolmentTokenList>
