import type { VerbTexts } from '../help.ts'
import type { Texts } from '../index.ts'
import { errorsFr } from './errors.ts'
import {
  evidenceArgsFr,
  evidenceFr,
  evidenceErrorsFr,
  evidenceOptionsFr,
  helpEvidenceFr,
} from './evidence.ts'
import { generalFr } from './general.ts'
import { helpFr } from './help.ts'
import { helpNightFr } from './helpNight.ts'
import { nightFr } from './night.ts'
import { argsFr, optionsFr } from './options.ts'
import { settingsFr } from './settings.ts'

const verbsFr: VerbTexts = { ...helpFr, ...helpNightFr, ...helpEvidenceFr }

export const fr: Texts = {
  ...generalFr,
  ...nightFr,
  ...evidenceFr,
  args: { ...argsFr, ...evidenceArgsFr },
  options: { ...optionsFr, ...evidenceOptionsFr },
  errors: { ...errorsFr, ...evidenceErrorsFr },
  settings: settingsFr,
  verbs: verbsFr,
}
