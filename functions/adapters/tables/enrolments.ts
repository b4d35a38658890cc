import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { WaitingEnrolment } from '../../../orchestrations/contracts/api/enrolments.ts'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'

/** A host that isn't in the inventory and asked with a valid token; its id reads like the server's that it would be. */
export const EnrolmentRow = WaitingEnrolment.extend({
  publicKey: PublicKey,
  /** Hash of the token that it came with. */
  token: z.string(),
  refused: z.object({ by: z.string(), reason: z.string(), at: z.number() }).optional(),
})
export type EnrolmentRow = z.infer<typeof EnrolmentRow>

/** Table `Fleet`, partition `enrolments`. */
export const createEnrolments = (fleet: TableClient): KeyedRows<EnrolmentRow> =>
  createKeyedRows(fleet, 'enrolments', EnrolmentRow)
