import type { RunState, UpdateStep } from '../../domain/outcomes.ts'
import type { Reason } from '../../domain/reasons.ts'
import { roles, type Role } from '../../domain/fleet.ts'
import { updateSteps } from '../../domain/outcomes.ts'
import { en } from './en.ts'
import { fill, type Language, type SentenceOptions } from './format.ts'
import { fr } from './fr.ts'
import type { Words } from './words.ts'

export { languages, writeTime, type Language, type SentenceOptions } from './format.ts'
export { duration, fold, hours, percent } from './measures.ts'
export type { ClientKind, RingKind, Words } from './words.ts'

const byLanguage: Readonly<Record<Language, Words>> = { en, fr }

/** Labels and sentences of a language. */
export function wordsOf(language: Language): Words {
  return byLanguage[language]
}

/** A reason as a sentence: who, what, why, until when. Steps and roles among its parameters are translated. */
export function sentence(reason: Reason, language: Language, options: SentenceOptions): string {
  const words = wordsOf(language)
  const params = { ...reason.params }
  const { step, role } = params
  if (isStep(step)) params['step'] = words.steps[step]
  if (isRole(role)) params['role'] = words.roles[role]
  const text = fill(words.reasons[reason.code], params, language, options)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A server's state as a label. */
export function stateLabel(state: RunState, language: Language): string {
  return wordsOf(language).states[state.kind === 'ended' ? state.outcome : state.kind]
}

function isStep(value: unknown): value is UpdateStep {
  return updateSteps.some((step) => step === value)
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value)
}
