import type { RunState, UpdateResult, UpdateStep } from '../../domain/outcomes.ts'
import { reasonCodes, type Reason, type ReasonCode } from '../../domain/reasons.ts'
import { roles, type Role } from '../../domain/fleet.ts'
import { updateResults, updateSteps } from '../../domain/outcomes.ts'
import type { InventoryFault } from '../api/faults.ts'
import type { ImportNote } from '../api/imports.ts'
import { en } from './en.ts'
import { fill, type Language, type SentenceOptions } from './format.ts'
import { fr } from './fr.ts'
import type { Words } from './words.ts'

export { languages, writeTime, type Language, type SentenceOptions } from './format.ts'
export { machineLines } from './machine.ts'
export { duration, fold, hours, percent } from './measures.ts'
export type { ClientKind, RingKind, Words } from './words.ts'

const byLanguage: Readonly<Record<Language, Words>> = { en, fr }

/** Labels and sentences of a language. */
export function wordsOf(language: Language): Words {
  return byLanguage[language]
}

/**
 * A reason as a sentence: who, what, why, until when. Steps, roles, results and reasons among its parameters
 * are translated.
 */
export function sentence(reason: Reason, language: Language, options: SentenceOptions): string {
  const words = wordsOf(language)
  const params = { ...reason.params }
  const { step, role, result, because, cause, found, pending, kb, why, problems } = params
  // Of the outer reason's parameters a reason within it names only these.
  const within = {
    ...(kb !== undefined && { kb }),
    ...(why !== undefined && { why }),
    ...(problems !== undefined && { problems }),
  }
  const before = found === undefined ? {} : { problems: found, message: found }
  const clause = (code: ReasonCode, given: Reason['params'] = {}) =>
    lowered(fill(words.reasons[code], given, language, options))
  if (isStep(step)) params['step'] = words.steps[step]
  if (isRole(role)) params['role'] = words.roles[role]
  if (isResult(result)) params['result'] = words.updateResults[result]
  if (isCode(because)) params['because'] = clause(because, within)
  if (isCode(cause)) params['cause'] = clause(cause, before)
  if (typeof pending === 'string') params['pending'] = stepsIn(pending, words)
  const text = fill(words.reasons[reason.code], params, language, options)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What an import assumed or left out, as a clause. In French none and one are singular. */
export function importNote({ code, params }: ImportNote, language: Language): string {
  const [one, many] = wordsOf(language).importNotes[code]
  const count = Number(params['count'])
  const isOne = count === 1 || (language === 'fr' && count === 0)
  return fill(isOne ? one : many, params, language, { zone: 'UTC' })
}

/** Why an import refuses a file, a row or a cell, and what to do about it. */
export function inventoryFault(
  { code, params }: Pick<InventoryFault, 'code' | 'params'>,
  language: Language,
): { readonly what: string; readonly fix: string } {
  const [what, fix] = wordsOf(language).inventoryFaults[code]
  const filled = (text: string): string => fill(text, params, language, { zone: 'UTC' })
  return { what: filled(what), fix: filled(fix) }
}

/** A server's state as a label. */
export function stateLabel(state: RunState, language: Language): string {
  return wordsOf(language).states[state.kind === 'ended' ? state.outcome : state.kind]
}

function isStep(value: unknown): value is UpdateStep {
  return updateSteps.some((step) => step === value)
}

/** The names of steps, joined by commas. */
const stepsIn = (list: string, { steps }: Words): string =>
  list
    .split(', ')
    .map((name) => (isStep(name) ? steps[name] : name))
    .join(', ')

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function isResult(value: unknown): value is UpdateResult['result'] {
  return updateResults.some((result) => result === value)
}

function isCode(value: unknown): value is ReasonCode {
  return reasonCodes.some((code) => code === value)
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value)
}
