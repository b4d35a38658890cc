import type { ProblemCode } from '../../api/problems.ts'
import type { Reason } from '../../../domain/reasons.ts'
import { fill, type Language } from '../format.ts'
import { sentence, wordsOf } from '../index.ts'
import { pathPartsEn, problemsEn, rolesEn } from './en.ts'
import { pathPartsFr, problemsFr, rolesFr } from './fr.ts'
import type { NamesIn, ParamsIn, ProblemText, RoleName, TranslatedParams } from './text.ts'

export type { PathPart, ProblemText } from './text.ts'

type English = typeof problemsEn
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** Each code must be told with the same parameters in every language. */
type Agreeing<Texts extends Record<ProblemCode, ProblemText>> = {
  readonly [Code in ProblemCode]: Same<NamesIn<Texts[Code]>, NamesIn<English[Code]>> extends true
    ? ProblemText
    : { readonly title: `other parameters than in English: ${NamesIn<Texts[Code]>}` }
}

const texts: Readonly<Record<Language, Readonly<Record<ProblemCode, ProblemText>>>> = {
  en: problemsEn,
  fr: problemsFr satisfies Agreeing<typeof problemsFr>,
}
const parts = { en: pathPartsEn, fr: pathPartsFr }
const roles = { en: rolesEn, fr: rolesFr }
/** How many servers a sentence is about. */
const counted = { en: '(servers: {count})', fr: '(serveurs : {count})' }

/** What a refusal of this code must be given. */
export type ProblemParams<Code extends ProblemCode> = ParamsIn<English[Code]>
/** Those of any code. */
export type AnyParams = Readonly<Record<string, unknown>> & Partial<TranslatedParams>

/** A refusal as it stands in a problem document: its parameters, and what they make of its sentences. */
export interface Told extends ProblemText {
  readonly params?: Readonly<Record<string, string | number | Reason>>
}

/** The sentences of a refusal, filled. Times in a reason are written in UTC and say so. */
export function problemText(code: ProblemCode, params: AnyParams, language: Language): Told {
  const { title, detail, fix } = texts[language][code]
  const values = valuesOf(params, language)
  const filled = (text: string): string => fill(text, values, language, inUtc)
  const shown = wireParams(params, language)
  return {
    ...(Object.keys(shown).length === 0 ? {} : { params: shown }),
    title: filled(title),
    ...(detail === undefined ? {} : { detail: filled(detail) }),
    ...(fix === undefined ? {} : { fix: filled(fix) }),
  }
}

/** Several reasons with the number of servers that each is about, in each language. */
export function reasonsCounted(
  found: readonly { readonly reason: Reason; readonly servers: number }[],
  zone: string,
): Readonly<Record<Language, string>> {
  const told = (language: Language): string =>
    found
      .map(({ reason, servers }) => {
        const count = fill(counted[language], { count: servers }, language, { zone })
        return `${sentence(reason, language, { zone })} ${count}.`
      })
      .join(' ')
  return { en: told('en'), fr: told('fr') }
}

const inUtc = { zone: 'UTC', showZone: true }

/** Of the parameters that are no plain text, the words in this language. */
function valuesOf(params: AnyParams, language: Language): Record<string, string | number> {
  const { campaigns, states } = wordsOf(language)
  const { campaignState, cell, part, reason, has, takes, faults, lacking } = params
  const called = (names: readonly RoleName[]) => names.map((name) => roles[language][name]).join(', ')
  return {
    ...plainOf(params),
    ...(campaignState && { campaignState: campaigns[campaignState] }),
    ...(cell && { cell: states[cell] }),
    ...(part && { part: parts[language][part] }),
    ...(reason && { reason: sentence(reason, language, inUtc) }),
    ...(has && { has: called(has) }),
    ...(takes && { takes: called(takes) }),
    ...(faults && { faults: faults[language] }),
    ...(lacking && { lacking: lacking[language] }),
  }
}

/** For programs: the same in every language, but for what was written in it. */
function wireParams(params: AnyParams, language: Language): Record<string, string | number | Reason> {
  const { reason, has, takes, faults, lacking } = params
  return {
    ...plainOf(params),
    ...(reason && { reason }),
    ...(has && { has: has.join(', ') }),
    ...(takes && { takes: takes.join(', ') }),
    ...(faults && { faults: faults[language] }),
    ...(lacking && { lacking: lacking[language] }),
  }
}

function plainOf(params: AnyParams): Record<string, string | number> {
  const plain: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(params))
    if (typeof value === 'string' || typeof value === 'number') plain[name] = value
  return plain
}
