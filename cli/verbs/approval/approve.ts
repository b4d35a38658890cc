import { approvalVerb } from './judge.ts'

export const addApprovalApprove = approvalVerb('approve', 'approvalApprove')
