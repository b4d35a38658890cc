import type { Language } from '../../../orchestrations/contracts/words/index.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { ReportTexts } from './texts.ts'

export const reportTexts: Readonly<Record<Language, ReportTexts>> = { en, fr }
