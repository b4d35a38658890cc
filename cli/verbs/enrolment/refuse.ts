import { enrolmentVerb } from './judge.ts'

export const addEnrolmentRefuse = enrolmentVerb('refuse', 'enrolmentRefuse')
