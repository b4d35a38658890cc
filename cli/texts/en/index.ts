import type { VerbTexts } from '../help.ts'
import { errorsEn } from './errors.ts'
import {
  evidenceArgsEn,
  evidenceEn,
  evidenceErrorsEn,
  evidenceOptionsEn,
  helpEvidenceEn,
} from './evidence.ts'
import { generalEn } from './general.ts'
import { helpEn } from './help.ts'
import { helpNightEn } from './helpNight.ts'
import { nightEn } from './night.ts'
import { argsEn, optionsEn } from './options.ts'
import { settingsEn } from './settings.ts'

const verbsEn: VerbTexts = { ...helpEn, ...helpNightEn, ...helpEvidenceEn }

export const en = {
  ...generalEn,
  ...nightEn,
  ...evidenceEn,
  args: { ...argsEn, ...evidenceArgsEn },
  options: { ...optionsEn, ...evidenceOptionsEn },
  errors: { ...errorsEn, ...evidenceErrorsEn },
  settings: settingsEn,
  verbs: verbsEn,
}
