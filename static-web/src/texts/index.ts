import { en } from './en.ts'
import { fr } from './fr.ts'

export type Language = 'en' | 'fr'
export type Texts = typeof en

export const languages: readonly Language[] = ['en', 'fr']
export const textsOf: Readonly<Record<Language, Texts>> = { en, fr }

/** The first language of the reader that the page speaks; English otherwise. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const short = tag.slice(0, 2).toLowerCase()
    if (short === 'fr' || short === 'en') return short
  }
  return 'en'
}
