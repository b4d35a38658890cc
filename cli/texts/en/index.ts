import type { VerbTexts } from '../help.ts'
import { errorsEn } from './errors.ts'
import { generalEn } from './general.ts'
import { helpEn } from './help.ts'
import { helpNightEn } from './helpNight.ts'
import { nightEn } from './night.ts'
import { argsEn, optionsEn } from './options.ts'
import { settingsEn } from './settings.ts'

const verbsEn: VerbTexts = { ...helpEn, ...helpNightEn }

export const en = {
  ...generalEn,
  ...nightEn,
  args: argsEn,
  options: optionsEn,
  errors: errorsEn,
  settings: settingsEn,
  verbs: verbsEn,
}
