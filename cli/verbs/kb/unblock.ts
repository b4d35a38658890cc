import { kbVerb } from './change.ts'

export const addKbUnblock = kbVerb('unblock', 'kbUnblock')
