import { ringVerb } from './change.ts'

export const addRingPromote = ringVerb('promote', 'ringPromote')
