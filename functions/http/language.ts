import { languages, type Language } from '../../orchestrations/contracts/words/index.ts'

/** One range of a header with its weight, 0 to 1: `fr-CA;q=0.8`. */
const range = /^(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=([01](?:\.\d{0,3})?))?$/i
const longest = 500

/**
 * The language of an answer: the one of ATLAS's that Accept-Language prefers, whatever its region; English for `*`,
 * for any other language, and where nothing is named. What is no range counts for nothing.
 * Source: RFC 9110, 12.5.4; RFC 4647, 3.4.
 */
export function languageOf(header: string | null): Language {
  const named = (header ?? '').slice(0, longest).split(',').flatMap(weighted)
  const wanted = named.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight)
  for (const { tag } of wanted) {
    const language = tag === '*' ? 'en' : languages.find((one) => one === tag)
    if (language) return language
  }
  return 'en'
}

function weighted(part: string): { readonly tag: string; readonly weight: number }[] {
  const [, tag, weight = '1'] = range.exec(part.trim()) ?? []
  return tag === undefined ? [] : [{ tag: tag.toLowerCase(), weight: Math.min(1, Number(weight)) }]
}
