import { ringVerb } from './change.ts'

export const addRingResume = ringVerb('resume', 'ringResume')
