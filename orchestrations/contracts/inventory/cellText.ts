import type { InventoryFaultCode } from '../api/faults.ts'
import { short, type FaultParams } from './problems.ts'

/** Blanks and invisible signs at the ends: what spreadsheets and web pages leave there. */
const ends = /^[\s\u200B-\u200F\u2060\uFEFF]+|[\s\u200B-\u200F\u2060\uFEFF]+$/g
const maybeEnds = /^[\s\u200B-\u200F\u2060\uFEFF]|[\s\u200B-\u200F\u2060\uFEFF]$/
const nothing = new Set(['-', '--', '\u2013', '\u2014', 'n/a', 'N/A'])
const number = /^[+-]?[\d\s().,/-]+$/
const formula = /^[=+\-@]/
const failed = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|NOM\s?\?|VALEUR!|NOMBRE!|NUL!)$/i
/** An apostrophe says that what follows is text, where it otherwise would be a formula or a number. */
const escaped = /^'+[=+\-@\t\r\n\d]/
/** Control characters, line separators, and the signs that turn the direction of text around. */
const forbidden = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u

export type CellProblem = [code: InventoryFaultCode, params: FaultParams]
export type CellText = { readonly value: string } | { readonly problem: CellProblem }

/** A cell's text as it is meant: trimmed, without the apostrophe that marks text, blank for "-" and "n/a". */
export function readCell(raw: string, longest: number): CellText {
  if (/^[\t\n\r]/.test(raw) && raw.trim() !== '') return { problem: formulaProblem(raw) }
  const trimmed = maybeEnds.test(raw) ? raw.replaceAll(ends, '') : raw
  if (nothing.has(trimmed)) return { value: '' }
  if (formula.test(trimmed) && !number.test(trimmed)) return { problem: formulaProblem(raw) }
  if (failed.test(trimmed)) return { problem: ['formulaError', { text: short(raw) }] }
  const value = escaped.test(trimmed) ? trimmed.slice(1) : trimmed
  if (forbidden.test(value.replaceAll(/[\r\n]/g, '')))
    return { problem: ['controlCharacter', { text: short(raw) }] }
  if (value.length > longest)
    return { problem: ['tooLong', { text: short(raw), length: value.length, most: longest }] }
  return { value }
}

const formulaProblem = (raw: string): CellProblem => ['formulaCell', { text: short(raw) }]
