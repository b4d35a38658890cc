import { kbVerb } from './change.ts'

export const addKbBlock = kbVerb('block', 'kbBlock')
