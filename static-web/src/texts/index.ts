import { sentence, wordsOf } from '../../../orchestrations/contracts/words/index.ts'
import type { Reason } from '../../../orchestrations/domain/reasons.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

export type Language = 'en' | 'fr'
export type Texts = typeof en & ReturnType<typeof vocabulary>

export const languages: readonly Language[] = ['en', 'fr']
export const textsOf: Readonly<Record<Language, Texts>> = {
  en: { ...en, ...vocabulary('en') },
  fr: { ...fr, ...vocabulary('fr') },
}

/** The words that page, CLI and reports share. */
function vocabulary(language: Language) {
  const words = wordsOf(language)
  const { states, clients, rings, ringNames, campaigns, steps, roles } = words
  return {
    states: { ...states, held: clients.held, paused: clients.paused, stopped: clients.stopped },
    ringNames: [ringNames[0], ringNames[1], ringNames[2], ringNames[3]] as readonly string[],
    ringStates: rings,
    campaignStates: campaigns,
    stepNames: steps,
    verdicts: words.verdicts,
    todoKinds: words.todo,
    noticeKinds: words.notices,
    roleNames: roles as Readonly<Record<string, string>>,
    /** A reason apart from a client: times in the reader's zone, named. */
    sentence: (reason: Reason) => sentence(reason, language, { zone: ownZone(), showZone: true }),
  }
}

/** The first language of the reader that the page speaks; English otherwise. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const short = tag.slice(0, 2).toLowerCase()
    if (short === 'fr' || short === 'en') return short
  }
  return 'en'
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
