import type { Language } from '../../../orchestrations/contracts/words/index.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { NoticeTexts } from './texts.ts'

export const noticeTexts: Readonly<Record<Language, NoticeTexts>> = { en, fr }
