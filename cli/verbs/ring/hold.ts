import { ringVerb } from './change.ts'

export const addRingHold = ringVerb('hold', 'ringHold')
