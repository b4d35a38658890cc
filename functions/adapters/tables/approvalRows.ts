import type { TableClient } from '@azure/data-tables'
import type { z } from 'zod'
import { Approval } from '../../../orchestrations/contracts/api.ts'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'

/** What a second person is asked to allow; by the fingerprint of the call. */
export const ApprovalRow = Approval
export type ApprovalRow = z.infer<typeof ApprovalRow>

export const createApprovalRows = (fleet: TableClient): KeyedRows<ApprovalRow> =>
  createKeyedRows(fleet, 'approvals', ApprovalRow)
