import { enrolmentVerb } from './judge.ts'

export const addEnrolmentApprove = enrolmentVerb('approve', 'enrolmentApprove')
