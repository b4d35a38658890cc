import { approvalVerb } from './judge.ts'

export const addApprovalRefuse = approvalVerb('refuse', 'approvalRefuse')
