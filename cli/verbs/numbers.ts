import { badInput } from '../failure.ts'
import type { Texts } from '../texts/index.ts'

/** A whole number of an argument or option, within bounds. */
export function wholeNumber(text: string, least: number, most: number, what: string, t: Texts): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw badInput(t.errors.notANumber(text, what, least, most))
}

/** `a,b c` as a list without blanks and repetitions. */
export function listOf(texts: string | readonly string[], by = /[,;\s]+/): string[] {
  const all = [texts].flat().flatMap((text) => text.split(by).map((part) => part.trim()))
  return [...new Set(all.filter((text) => text !== ''))]
}
