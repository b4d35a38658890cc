import { languages, type Language } from '../../orchestrations/contracts/words/index.ts'
import { en } from './en/index.ts'
import { fr } from './fr/index.ts'

export type { Language }
export type { SettingName } from './en/settings.ts'
export type Texts = typeof en

export function textsOf(language: Language): Texts {
  return language === 'fr' ? fr : en
}

/** `--lang` wherever it stands, else what the environment says; English when neither is one of ours. */
export function languageOf(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const word = at < 0 ? undefined : argv[at]
  const said = word === '--lang' ? argv[at + 1] : word?.slice('--lang='.length)
  const spoken = said ?? [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((text) => text) ?? ''
  return languages.find((language) => spoken.toLowerCase().startsWith(language)) ?? 'en'
}
